package org.splatline.pipeline.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.colmap.ColmapProcess;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** One scene's way through COLMAP, up the ladder as far as need be. Used once, by one thread. */
final class Reconstruction {
  private static final Logger LOG = LoggerFactory.getLogger(Reconstruction.class);
  private static final Comparator<RungTried> BY_WORTH =
      Comparator.comparing(RungTried::isDone)
          .thenComparingInt(RungTried::registered)
          .thenComparingInt(RungTried::points);

  private final SfmConfig config;
  private final String sceneId;
  private final SfmHints hints;
  private final SfmFolders folders;
  private final SfmListener listener;
  private final SfmGate gate;
  private final Map<String, Double> secondsByLog = new LinkedHashMap<>();
  private final List<RungTried> tried = new ArrayList<>();

  Reconstruction(
      SfmConfig config, String sceneId, SfmHints hints, SfmFolders folders, SfmListener listener) {
    this.config = config;
    this.sceneId = sceneId;
    this.hints = hints;
    this.folders = folders;
    this.listener = listener;
    this.gate = new SfmGate(config, sceneId);
  }

  /** Who asks the program what it understands. */
  interface Probe {
    ColmapDialect dialect() throws IOException, InterruptedException;
  }

  SfmResult run(Probe probe) throws IOException, InterruptedException {
    PhotographList photographs = PhotographList.of(folders.images());
    gate.checkPhotographs(photographs.files(), photographs.names().size());
    ColmapDialect dialect = probe.dialect();
    ColmapCommands commands = new ColmapCommands(config, dialect, folders);
    folders.prepare(photographs);
    gate.checkDisk(folders.photographBytes(photographs), folders.freeBytes());

    int readable = extract(commands, photographs);
    MatcherChoice choice = MatcherChoice.of(config, hints, readable);
    List<Rung> rungs =
        Rung.ladder(config, choice, readable, dialect.has(ColmapDialect.GLOBAL_MAPPER));
    try {
      climb(rungs, commands, photographs, readable);
    } finally {
      report().writeTo(folders.logs());
    }
    RungTried best = best().filter(RungTried::isDone).orElseThrow(this::refusal);
    undistort(commands, best.best().orElseThrow());
    return result(best, choice, dialect);
  }

  /** Returns how many photographs COLMAP could read: its exit code is 0 even if that is none. */
  private int extract(ColmapCommands commands, PhotographList photographs)
      throws IOException, InterruptedException {
    int given = photographs.names().size();
    ColmapCommand command = commands.featureExtractor(photographs);
    ProgressParser output = run(command, command.name(), given);
    int readable = given - output.unreadable();
    gate.checkPhotographs(photographs.files(), readable);
    return readable;
  }

  /** Tries one way after the other until one leaves nothing that the next may mend. */
  private void climb(
      List<Rung> rungs, ColmapCommands commands, PhotographList photographs, int readable)
      throws IOException, InterruptedException {
    for (Rung rung : rungs) {
      if (!tried.isEmpty() && !rung.mends(last().verdict())) {
        continue;
      }
      tried.add(tried(rung, commands, photographs, readable));
      LOG.info("scene {} sfm {}", sceneId, last().sentence());
      if (last().refusal() != null && !Rung.OF_THE_PHOTOGRAPHS.contains(last().verdict())) {
        break; // the tool's end, not the photographs'
      }
    }
  }

  private RungTried last() {
    return tried.get(tried.size() - 1);
  }

  private RungTried tried(
      Rung rung, ColmapCommands commands, PhotographList photographs, int readable)
      throws IOException, InterruptedException {
    List<SubModel> models = List.of();
    SceneException refusal = null;
    String shortfall = "";
    try {
      if (rung.pairs().isPresent()) {
        ColmapCommand matcher = commands.matcher(rung.pairs().get());
        run(matcher, log(rung, matcher), readable);
      }
      models = map(rung, commands, readable);
      SubModel chosen = SubModel.best(models).orElseThrow();
      gate.checkModel(chosen, models, readable);
      shortfall = gate.shortfall(chosen, models, photographs.names());
    } catch (SceneException e) {
      refusal = e;
    }
    return new RungTried(
        rung,
        readable,
        models,
        refusal,
        shortfall,
        seconds(rung, "_matcher"),
        seconds(rung, "mapper"));
  }

  private double seconds(Rung rung, String commandsEnd) {
    return secondsByLog.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(commandsEnd + suffix(rung)))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** The first rung's logs are called as their commands. */
  private static String log(Rung rung, ColmapCommand command) {
    return command.name() + suffix(rung);
  }

  private static String suffix(Rung rung) {
    return rung.number() == 1 ? "" : "-" + rung.number();
  }

  private List<SubModel> map(Rung rung, ColmapCommands commands, int readable)
      throws IOException, InterruptedException {
    Path output = Files.createDirectories(folders.models(rung));
    ColmapCommand mapper = commands.mapper(rung.mapping(), output);
    ProgressParser said = new ProgressParser(mapper.name(), readable, listener);
    ProcessResult result = execute(mapper, log(rung, mapper), said);
    List<SubModel> models = readModels(output);
    if (models.isEmpty() && isWithoutModel(result, said)) {
      throw gate.withoutModel(readable, said.withoutMatches());
    }
    requireSuccess(mapper, log(rung, mapper), result, said);
    return models;
  }

  /** Releases differ: without a model the exit code is 0 or 1. */
  private static boolean isWithoutModel(ProcessResult result, ProgressParser output) {
    return result.exitCode() == 0
        || (result.exitCode() == 1 && !output.misunderstood() && !output.outOfDisk());
  }

  private static List<SubModel> readModels(Path folder) throws IOException {
    List<Path> numbered;
    try (Stream<Path> entries = Files.list(folder)) {
      numbered = entries.filter(Files::isDirectory).sorted().toList();
    }
    List<SubModel> models = new ArrayList<>();
    for (Path model : numbered) {
      models.add(SubModel.read(model));
    }
    return models;
  }

  /** The one to train on, if any can be: by registered photographs, then points, then the first. */
  private Optional<RungTried> best() {
    return tried.stream().reduce((a, b) -> BY_WORTH.compare(b, a) > 0 ? b : a);
  }

  /** The tool's end if that is what stopped it, else the best rung's, with all that was tried. */
  private SceneException refusal() {
    SceneException last = last().refusal();
    if (last != null && !Rung.OF_THE_PHOTOGRAPHS.contains(last.verdict())) {
      return last;
    }
    SceneException why = best().orElseThrow().refusal();
    if (tried.size() == 1) {
      return why;
    }
    String ways = tried.stream().map(one -> one.rung().label()).collect(Collectors.joining(", "));
    return new SceneException(
        why.verdict(), "%s (Tried in vain: %s.)".formatted(why.getMessage(), ways), why);
  }

  private SfmReport report() {
    Optional<RungTried> chosen = best();
    List<List<SfmReport.Registered>> models =
        chosen.stream()
            .flatMap(one -> one.models().stream().sorted(SubModel.LARGEST_FIRST))
            .map(SubModel::registered)
            .toList();
    return new SfmReport(
        secondsByLog.getOrDefault(ColmapDialect.EXTRACTOR, 0.0),
        tried.stream().map(one -> one.attempt(chosen.orElseThrow())).toList(),
        models);
  }

  private SfmResult result(RungTried best, MatcherChoice choice, ColmapDialect dialect) {
    ModelStatistics model = best.best().orElseThrow().statistics();
    LOG.info("scene {} sfm: took {}, {}", sceneId, best.sentence(), secondsByLog);
    return new SfmResult(
        best.shortfall(),
        best.rung().pairs().map(Rung.Pairs::matching).orElse(choice.matcher()).label(),
        best.rung().pairs().map(Rung.Pairs::reason).orElse(choice.reason()),
        best.models().size(),
        model.registeredImages(),
        best.readable(),
        model.points(),
        model.observations(),
        model.meanErrorPx(),
        model.meanTrackLength(),
        secondsByLog,
        dialect.version(),
        folders.scene());
  }

  private void undistort(ColmapCommands commands, SubModel model)
      throws IOException, InterruptedException {
    ColmapCommand command = commands.imageUndistorter(model.folder());
    int registered = model.statistics().registeredImages();
    ProgressParser output = new ProgressParser(command.name(), registered, listener);
    ProcessResult result = execute(command, command.name(), output);
    requireSuccess(command, command.name(), result, output);
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

  private ProgressParser run(ColmapCommand command, String log, int photographs)
      throws IOException, InterruptedException {
    ProgressParser output = new ProgressParser(command.name(), photographs, listener);
    requireSuccess(command, log, execute(command, log, output), output);
    return output;
  }

  private ProcessResult execute(ColmapCommand command, String log, ProgressParser output)
      throws IOException, InterruptedException {
    ProcessResult result =
        ColmapProcess.run(
            command.words(), folders.work(), folders.log(log), config.limits(), output);
    secondsByLog.put(log, result.elapsed().toMillis() / 1000.0);
    return result;
  }

  private void requireSuccess(
      ColmapCommand command, String log, ProcessResult result, ProgressParser output) {
    if (result.exitCode() != 0) {
      throw ToolFailure.of(sceneId, command.name(), result, output, folders.log(log));
    }
  }
}
