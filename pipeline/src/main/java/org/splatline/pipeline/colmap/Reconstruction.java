package org.splatline.pipeline.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.colmap.ColmapProcess;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.scene.ModelStatistics;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

/** One scene's way through COLMAP. Used once, by one thread. */
final class Reconstruction {
  private static final Logger LOG = LoggerFactory.getLogger(Reconstruction.class);

  private final SfmConfig config;
  private final String sceneId;
  private final SfmFolders folders;
  private final SfmListener listener;
  private final SfmGate gate;
  private final Map<String, Double> secondsByCommand = new LinkedHashMap<>();

  Reconstruction(SfmConfig config, String sceneId, SfmFolders folders, SfmListener listener) {
    this.config = config;
    this.sceneId = sceneId;
    this.folders = folders;
    this.listener = listener;
    this.gate = new SfmGate(config, sceneId);
  }

  /** Who asks the program for its version. */
  interface Probe {
    ColmapVersion version() throws IOException, InterruptedException;
  }

  SfmResult run(Probe probe) throws IOException, InterruptedException {
    PhotographList photographs = PhotographList.of(folders.images());
    gate.checkPhotographs(photographs.files(), photographs.names().size());
    ColmapVersion version = probe.version();
    ColmapCommands commands = new ColmapCommands(config, ColmapDialect.of(version), folders);
    folders.prepare(photographs);
    gate.checkDisk(folders.photographBytes(photographs), folders.freeBytes());

    int readable = extract(commands, photographs);
    MatcherChoice choice = MatcherChoice.of(config, readable);
    run(commands.matcher(choice.matcher()), readable);
    List<SubModel> models = map(commands, readable);
    SubModel chosen = SubModel.best(models).orElseThrow();
    ModelStatistics best = chosen.statistics();
    gate.checkModel(chosen, models, readable);
    undistort(commands, chosen);
    LOG.info(
        "scene {} sfm: {} of {} photographs registered, {} points, {} px, {}",
        sceneId,
        best.registeredImages(),
        readable,
        best.points(),
        String.format(Locale.ROOT, "%.2f", best.meanErrorPx()),
        secondsByCommand);
    return new SfmResult(
        choice.matcher().label(),
        choice.reason(),
        models.size(),
        best.registeredImages(),
        readable,
        best.points(),
        best.observations(),
        best.meanErrorPx(),
        best.meanTrackLength(),
        secondsByCommand,
        version.version(),
        folders.scene());
  }

  /** Returns how many photographs COLMAP could read: its exit code is 0 even if that is none. */
  private int extract(ColmapCommands commands, PhotographList photographs)
      throws IOException, InterruptedException {
    int given = photographs.names().size();
    ProgressParser output = run(commands.featureExtractor(photographs), given);
    int readable = given - output.unreadable();
    gate.checkPhotographs(photographs.files(), readable);
    return readable;
  }

  private List<SubModel> map(ColmapCommands commands, int readable)
      throws IOException, InterruptedException {
    ColmapCommand mapper = commands.mapper();
    ProgressParser output = new ProgressParser(mapper.name(), readable, listener);
    ProcessResult result = execute(mapper, output);
    List<SubModel> models = readModels();
    if (models.isEmpty() && isWithoutModel(result, output)) {
      throw gate.withoutModel(readable, output.withoutMatches());
    }
    requireSuccess(mapper, result, output);
    return models;
  }

  /** Releases differ: without a model the exit code is 0 or 1. */
  private static boolean isWithoutModel(ProcessResult result, ProgressParser output) {
    return result.exitCode() == 0
        || (result.exitCode() == 1 && !output.misunderstood() && !output.outOfDisk());
  }

  private List<SubModel> readModels() throws IOException {
    List<Path> numbered;
    try (Stream<Path> entries = Files.list(folders.models())) {
      numbered = entries.filter(Files::isDirectory).sorted().toList();
    }
    List<SubModel> models = new ArrayList<>();
    for (Path folder : numbered) {
      models.add(SubModel.read(folder));
    }
    return models;
  }

  private void undistort(ColmapCommands commands, SubModel model)
      throws IOException, InterruptedException {
    ColmapCommand command = commands.imageUndistorter(model.folder());
    int registered = model.statistics().registeredImages();
    ProgressParser output = new ProgressParser(command.name(), registered, listener);
    ProcessResult result = execute(command, output);
    requireSuccess(command, result, output);
    long pictures = folders.arrangeScene();
    if (pictures != registered) {
      throw new SceneException(
          Verdict.TOOL_CRASH,
          ("Cannot undistort scene %s: COLMAP wrote %s pictures of %s registered photographs. Try"
                  + " again. Last lines: %s. Full log: %s")
              .formatted(
                  sceneId, pictures, registered, result.tail(), folders.log(command.name())));
    }
  }

  private ProgressParser run(ColmapCommand command, int photographs)
      throws IOException, InterruptedException {
    ProgressParser output = new ProgressParser(command.name(), photographs, listener);
    requireSuccess(command, execute(command, output), output);
    return output;
  }

  private ProcessResult execute(ColmapCommand command, ProgressParser output)
      throws IOException, InterruptedException {
    ProcessResult result =
        ColmapProcess.run(
            command.words(), folders.work(), folders.log(command.name()), config.limits(), output);
    secondsByCommand.put(command.name(), result.elapsed().toMillis() / 1000.0);
    return result;
  }

  private void requireSuccess(ColmapCommand command, ProcessResult result, ProgressParser output) {
    if (result.exitCode() != 0) {
      throw ToolFailure.of(sceneId, command.name(), result, output, folders.log(command.name()));
    }
  }
}
