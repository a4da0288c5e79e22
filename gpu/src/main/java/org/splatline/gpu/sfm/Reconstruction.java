package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Runs COLMAP for one scene, and climbs the ladder of {@link Rung}s until the model is good enough.
 * Used once, by one thread.
 */
final class Reconstruction {
  private static final Logger LOG = LoggerFactory.getLogger(Reconstruction.class);
  private static final Comparator<RungResult> BY_QUALITY =
      Comparator.comparing(RungResult::isDone)
          .thenComparingInt(RungResult::registered)
          .thenComparingInt(RungResult::points);

  /** After these COLMAP does what a GPU was to do. */
  private static final Set<Verdict> GPU_VERDICTS =
      Set.of(Verdict.INTERNAL, Verdict.TOOL_INCOMPATIBLE, Verdict.TOOL_CRASH);

  private final SfmConfig config;
  private final String sceneId;
  private final SfmHints hints;
  private final SfmFolders folders;
  private final SfmListener listener;
  private final SfmGate gate;
  private final ColmapRunner colmap;
  private final GpuMatchers gpu;
  private final Optional<FoundFeatures> found;
  private final List<RungResult> results = new ArrayList<>();
  private Optional<SceneException> unmatched =
      Optional.empty(); // why found features have no matches
  private int compared; // photographs that a GPU of another machine had
  private boolean matchesAreOfGpu; // in the database
  private boolean featuresAreOfGpu; // in the database
  private String featuresReason = ""; // what found them, where a GPU was wanted

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
    ColmapSteps steps = new ColmapSteps(config, probe.dialect(), folders);
    prepare(photographs);
    int readable = extract(steps.featureExtractor(photographs), photographs);
    return folders.keepFeatures(new SfmFeatures(false, readable, extractionSeconds(), 0));
  }

  private PhotographList photographs() throws IOException {
    PhotographList photographs = PhotographList.of(folders.images());
    gate.checkPhotographs(photographs.files(), photographs.names().size());
    return photographs;
  }

  private void prepare(PhotographList photographs) throws IOException {
    folders.prepare(photographs);
    gate.checkDisk(folders.photographBytes(photographs), folders.freeBytes());
  }

  SfmResult run(Probe probe) throws IOException, InterruptedException {
    PhotographList photographs = photographs();
    ColmapDialect dialect = probe.dialect();
    ColmapSteps steps = new ColmapSteps(config, dialect, folders);
    prepare(photographs);

    int readable =
        found.isPresent()
            ? take(found.get(), steps, photographs)
            : findFeatures(steps, photographs);
    GpuChoice onGpu =
        (found.isPresent()
                ? GpuChoice.elsewhere(config, compared)
                : GpuChoice.of(config, gpu, readable))
            .because(featuresReason);
    MatcherChoice choice = MatcherChoice.of(config, hints, readable).because(onGpu.absence());
    if (onGpu.pairs().isEmpty() && !featuresReason.isEmpty()) {
      choice = choice.and(featuresAreOfGpu ? "; features on the GPU" : featuresReason);
    }
    List<Rung> rungs =
        Rung.ladder(
            config, choice, onGpu.pairs(), readable, dialect.has(ColmapDialect.GLOBAL_MAPPER));
    try {
      climb(rungs, steps, photographs, readable);
    } finally {
      SfmReport report = report();
      listener.onReport(report);
      report.writeTo(folders.logs());
    }
    RungResult best = best().filter(RungResult::isDone).orElseThrow(this::refusal);
    undistort(steps, best.best().orElseThrow());
    return result(best, dialect);
  }

  /** Finds features, on a GPU if it can, else by COLMAP. Returns as {@link #extract}. */
  private int findFeatures(ColmapSteps steps, PhotographList photographs)
      throws IOException, InterruptedException {
    if (!GpuChoice.findsFeatures(config, gpu)) {
      return extract(steps.featureExtractor(photographs), photographs);
    }
    GpuFeatures features = new GpuFeatures(gpu, config, sceneId, listener);
    return listAndFill(
        steps,
        photographs,
        () ->
            colmap.timed(
                GpuFeatures.NAME, () -> features.find(folders.database(), folders.images())));
  }

  /**
   * Has COLMAP list the photographs in the database, whose features {@code fill} writes. If that
   * fails, COLMAP finds them. Returns as {@link #extract}.
   */
  private int listAndFill(ColmapSteps steps, PhotographList photographs, Runnable fill)
      throws IOException, InterruptedException {
    int readable = extract(steps.photographLister(photographs), photographs);
    try {
      fill.run();
      featuresAreOfGpu = true;
      featuresReason = ", features too";
      return readable;
    } catch (CancellationException e) {
      throw interrupted(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("scene {}: a GPU can't find its features, COLMAP does", sceneId, e);
      featuresReason = byColmap(e.getMessage());
      return extractAnew(steps, photographs);
    }
  }

  private static String byColmap(String why) {
    return "; features by COLMAP: " + why;
  }

  private int extractAnew(ColmapSteps steps, PhotographList photographs)
      throws IOException, InterruptedException {
    folders.deleteDatabase();
    featuresAreOfGpu = false;
    return extract(steps.featureExtractor(photographs), photographs);
  }

  /** Returns how many photographs COLMAP could read. Its exit code is 0 even if there are none. */
  private int extract(ColmapCommand command, PhotographList photographs)
      throws IOException, InterruptedException {
    int given = photographs.names().size();
    int readable =
        given - colmap.runToSuccess(command, command.name(), given).output().unreadable();
    gate.checkPhotographs(photographs.files(), readable);
    return readable;
  }

  /** Takes features instead of finding them. Returns how many photographs COLMAP could read. */
  private int take(FoundFeatures features, ColmapSteps steps, PhotographList photographs)
      throws IOException, InterruptedException {
    SfmFeatures record = SfmFeatures.read(features.folder());
    compared = record.readable();
    if (record.onGpu()) {
      return listAndFill(steps, photographs, () -> takeOfGpu(features.folder(), record));
    }
    folders.takeFeatures(features.folder());
    unmatched = features.unmatched();
    featuresReason = features.byColmap().map(Reconstruction::byColmap).orElse("");
    colmap.done(ColmapDialect.EXTRACTOR, record.extractionSeconds());
    matched(record);
    return record.readable();
  }

  private void takeOfGpu(Path features, SfmFeatures record) {
    try (FeatureDatabase source = FeatureDatabase.open(SfmFolders.databaseIn(features));
        FeatureDatabase target = FeatureDatabase.open(folders.database())) {
      target.takeFrom(source);
    } catch (RuntimeException | OutOfMemoryError e) {
      unmatched = Optional.of(GpuMatching.failure(sceneId, e)); // COLMAP will find other features
      throw e;
    }
    colmap.done(GpuFeatures.NAME, record.extractionSeconds());
    matched(record);
  }

  private void matched(SfmFeatures record) {
    if (record.matchingSeconds() > 0) {
      colmap.done(GpuMatching.NAME, record.matchingSeconds());
    }
  }

  private double extractionSeconds() {
    return colmap.secondsByLog().getOrDefault(ColmapDialect.EXTRACTOR, 0.0)
        + colmap.secondsByLog().getOrDefault(GpuFeatures.NAME, 0.0);
  }

  /** Tries one rung after the other, until no other rung can improve the result. */
  private void climb(List<Rung> rungs, ColmapSteps steps, PhotographList photographs, int readable)
      throws IOException, InterruptedException {
    for (Rung rung : rungs) {
      if (!results.isEmpty() && !canImprove(rung)) {
        continue;
      }
      results.add(attempt(rung, steps, photographs, readable));
      LOG.info("scene {} sfm {}", sceneId, last().sentence());
      if (last().refusal() != null
          && !last().gpuFailed()
          && !Rung.SCENE_VERDICTS.contains(last().verdict())) {
        break; // COLMAP failed, not the photographs
      }
    }
  }

  /**
   * Whether a rung may improve the last result. COLMAP compares no pairs anew that a GPU has
   * compared, unless the scene is refused without that.
   */
  private boolean canImprove(Rung rung) {
    if (matchesAreOfGpu && rung.pairs().isPresent() && last().isDone()) {
      return false;
    }
    return last().gpuFailed() || rung.canImprove(last().verdict());
  }

  private RungResult last() {
    return results.get(results.size() - 1);
  }

  private RungResult attempt(Rung rung, ColmapSteps steps, PhotographList photographs, int readable)
      throws IOException, InterruptedException {
    List<SubModel> models = List.of();
    SceneException refusal = null;
    boolean gpuFailed = false;
    String shortfall = "";
    try {
      if (rung.isOnGpu()) {
        gpuFailed = true; // until it is done
        if (found.isEmpty()) {
          matchOnGpu(rung);
        } else if (unmatched.isPresent()) {
          throw unmatched.get();
        }
        matchesAreOfGpu = true;
        ColmapCommand verifier = steps.verifier();
        colmap.runToSuccess(verifier, log(rung, verifier), readable);
        gpuFailed = false;
      } else if (rung.pairs().isPresent()) {
        if (featuresAreOfGpu && !results.isEmpty()) {
          extractAnew(steps, photographs);
        } else if (matchesAreOfGpu) {
          dropMatches(steps, photographs);
        }
        matchesAreOfGpu = false;
        ColmapCommand matcher = steps.matcher(rung.pairs().get());
        colmap.runToSuccess(matcher, log(rung, matcher), readable);
      }
      models = map(rung, steps, readable);
      SubModel chosen = SubModel.best(models).orElseThrow();
      gate.checkModel(chosen, models, readable);
      shortfall = gate.shortfall(chosen, models, photographs.names());
    } catch (SceneException e) {
      refusal = e;
      gpuFailed = gpuFailed && GPU_VERDICTS.contains(e.verdict());
    }
    return new RungResult(
        rung,
        readable,
        models,
        refusal,
        gpuFailed,
        shortfall,
        seconds(rung, "_matcher"),
        seconds(rung, "mapper"));
  }

  private static InterruptedException interrupted(CancellationException e) {
    Thread.interrupted(); // the exception says it
    return new InterruptedException(e.getMessage());
  }

  /** Throws a {@link SceneException}, whatever else happens on the GPU. */
  private void matchOnGpu(Rung rung) throws InterruptedException {
    try {
      colmap.timed(
          GpuMatching.NAME,
          () ->
              new GpuMatching(gpu, sceneId, listener)
                  .match(folders.database(), rung.pairs().orElseThrow()));
    } catch (CancellationException e) {
      throw interrupted(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("scene {}: a GPU can't match its features, COLMAP does", sceneId, e);
      throw GpuMatching.failure(sceneId, e);
    }
  }

  /** Removes what the GPU's rung has left, so that COLMAP matches anew. */
  private void dropMatches(ColmapSteps steps, PhotographList photographs)
      throws IOException, InterruptedException {
    try (FeatureDatabase database = FeatureDatabase.open(folders.database())) {
      database.clearMatches();
    } catch (FeatureDatabaseException e) {
      extractAnew(steps, photographs);
    }
  }

  private double seconds(Rung rung, String commandsEnd) {
    return colmap.secondsByLog().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(commandsEnd + suffix(rung)))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** The log's name: the command, with the rung's number from the second rung on. */
  private static String log(Rung rung, ColmapCommand command) {
    return command.name() + suffix(rung);
  }

  private static String suffix(Rung rung) {
    return rung.number() == 1 ? "" : "-" + rung.number();
  }

  private List<SubModel> map(Rung rung, ColmapSteps steps, int readable)
      throws IOException, InterruptedException {
    Path models = Files.createDirectories(folders.models(rung));
    ColmapCommand mapper = steps.mapper(rung.mapping(), models);
    ColmapRunner.Ended ended = colmap.run(mapper, log(rung, mapper), readable);
    List<SubModel> found = readModels(models);
    if (found.isEmpty() && isWithoutModel(ended)) {
      throw gate.withoutModel(readable, ended.output().withoutMatches());
    }
    colmap.requireSuccess(ended);
    return found;
  }

  /** Without a model the exit code is 0 or 1, depending on the release. */
  private static boolean isWithoutModel(ColmapRunner.Ended ended) {
    int exitCode = ended.result().exitCode();
    return exitCode == 0
        || (exitCode == 1 && !ended.output().misunderstood() && !ended.output().outOfDisk());
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

  /**
   * The best result: usable ones first, then by registered photographs, then points, then order.
   */
  private Optional<RungResult> best() {
    return results.stream()
        .filter(one -> !one.gpuFailed() || results.size() == 1)
        .reduce((a, b) -> BY_QUALITY.compare(b, a) > 0 ? b : a);
  }

  /**
   * The tool's failure if that stopped the ladder, else the best rung's, with all rungs that were
   * tried.
   */
  private SceneException refusal() {
    SceneException last = last().refusal();
    if (last != null && !Rung.SCENE_VERDICTS.contains(last.verdict())) {
      return last;
    }
    SceneException why = best().orElseThrow().refusal();
    if (results.size() == 1) {
      return why;
    }
    String ways = results.stream().map(one -> one.rung().label()).collect(Collectors.joining(", "));
    return new SceneException(
        why.verdict(), "%s (Tried without success: %s.)".formatted(why.getMessage(), ways), why);
  }

  private SfmReport report() {
    Optional<RungResult> chosen = best();
    List<List<SfmReport.Registered>> models =
        chosen.stream()
            .flatMap(one -> one.models().stream().sorted(SubModel.LARGEST_FIRST))
            .map(SubModel::registered)
            .toList();
    return new SfmReport(
        extractionSeconds(),
        results.stream().map(one -> one.attempt(chosen.orElseThrow())).toList(),
        models);
  }

  private SfmResult result(RungResult best, ColmapDialect dialect) {
    Rung.Pairs pairs = pairsOf(best);
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

  /** The pairs that a rung mapped: its own, or those of the rung before that compared some. */
  private Rung.Pairs pairsOf(RungResult result) {
    return results.subList(0, results.indexOf(result) + 1).stream()
        .filter(one -> !one.gpuFailed())
        .flatMap(one -> one.rung().pairs().stream())
        .reduce((earlier, later) -> later)
        .orElseThrow();
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
}
