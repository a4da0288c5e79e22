package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Reconstructs one scene: it fills COLMAP's database, climbs the {@link Ladder} and undistorts the
 * best model. Used once, by one thread.
 */
final class Reconstruction {
  private static final Logger LOG = LoggerFactory.getLogger(Reconstruction.class);

  private final SfmConfig config;
  private final String sceneId;
  private final SfmHints hints;
  private final SfmFolders folders;
  private final SfmListener listener;
  private final SfmGate gate;
  private final ColmapRunner colmap;
  private final GpuMatchers gpu;
  private final Optional<FoundFeatures> found;

  /**
   * @param found the features, if they were found before; then the GPU's part is done, too
   */
  Reconstruction(
      SfmConfig config,
      GpuMatchers gpu,
      Optional<FoundFeatures> found,
      String sceneId,
      SfmHints hints,
      SfmFolders folders,
      SfmListener listener) {
    this.config = config;
    this.sceneId = sceneId;
    this.hints = hints;
    this.folders = folders;
    this.listener = listener;
    this.gate = new SfmGate(config, sceneId);
    this.colmap = new ColmapRunner(config, sceneId, folders, listener);
    this.gpu = gpu;
    this.found = found;
  }

  /** Asks the program for its commands and options. */
  interface Probe {
    ColmapDialect dialect() throws IOException, InterruptedException;
  }

  /** Finds features and leaves them in a folder of their own, which it returns. */
  Path findFeatures(Probe probe) throws IOException, InterruptedException {
    PhotographList photographs = photographs();
    SfmDatabase database = new SfmDatabase(prepare(photographs, probe.dialect()), gpu, found);
    int readable = database.extract();
    return folders.keepFeatures(new SfmFeatures(false, readable, database.extractionSeconds(), 0));
  }

  private PhotographList photographs() throws IOException {
    PhotographList photographs = PhotographList.of(folders.images());
    gate.checkPhotographs(photographs.files(), photographs.names().size());
    return photographs;
  }

  private SfmRun prepare(PhotographList photographs, ColmapDialect dialect) throws IOException {
    folders.prepare(photographs);
    gate.checkDisk(folders.photographBytes(photographs), folders.freeBytes());
    ColmapSteps steps = new ColmapSteps(config, dialect, folders);
    return new SfmRun(config, sceneId, folders, listener, gate, colmap, steps, photographs);
  }

  SfmResult run(Probe probe) throws IOException, InterruptedException {
    PhotographList photographs = photographs();
    ColmapDialect dialect = probe.dialect();
    SfmRun run = prepare(photographs, dialect);
    SfmDatabase database = new SfmDatabase(run, gpu, found);
    int readable = database.fill();
    List<Rung> rungs = rungs(database, dialect, readable);
    Ladder ladder = new Ladder(run, database, readable);
    try {
      ladder.climb(rungs);
    } finally {
      SfmReport report = ladder.report();
      listener.onReport(report);
      report.writeTo(folders.logs());
    }
    RungResult best = ladder.usable();
    undistort(run.steps(), best.best().orElseThrow());
    return result(best, ladder.pairsOf(best), dialect);
  }

  private List<Rung> rungs(SfmDatabase database, ColmapDialect dialect, int readable) {
    GpuChoice onGpu = database.onGpu();
    MatcherChoice choice = MatcherChoice.of(config, hints, readable).because(onGpu.absence());
    if (onGpu.pairs().isEmpty()) {
      choice = choice.and(database.featuresReason());
    }
    return Rung.ladder(
        config, choice, onGpu.pairs(), readable, dialect.has(ColmapDialect.GLOBAL_MAPPER));
  }

  private void undistort(ColmapSteps steps, SubModel model)
      throws IOException, InterruptedException {
    ColmapCommand command = steps.imageUndistorter(model.folder());
    int registered = model.statistics().registeredImages();
    ColmapRunner.Ended ended = colmap.runToSuccess(command, command.name(), registered);
    long pictures = folders.arrangeScene();
    if (pictures != registered) {
      throw new SceneException(
          Verdict.TOOL_CRASH,
          ("Cannot undistort scene %s: COLMAP wrote %s pictures of %s registered photographs. Try"
                  + " again. Last lines: %s. Full log: %s")
              .formatted(sceneId, pictures, registered, ended.result().tail(), ended.log()));
    }
  }

  private SfmResult result(RungResult best, Rung.Pairs pairs, ColmapDialect dialect) {
    ModelStatistics model = best.best().orElseThrow().statistics();
    LOG.info("scene {} sfm: took {}, {}", sceneId, best.sentence(), colmap.secondsByLog());
    return new SfmResult(
        best.shortfall(),
        pairs.matching().label(),
        pairs.reason(),
        best.models().size(),
        model.registeredImages(),
        best.readable(),
        model.points(),
        model.observations(),
        model.meanErrorPx(),
        model.meanTrackLength(),
        colmap.secondsByLog(),
        dialect.version(),
        folders.scene());
  }
}
