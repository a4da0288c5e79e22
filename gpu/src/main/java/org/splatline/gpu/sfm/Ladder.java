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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Climbs the ladder of {@link Rung}s until a scene's model is good enough: each rung compares
 * pairs, maps and asks the gate. Used once, by one thread.
 */
final class Ladder {
  private static final Logger LOG = LoggerFactory.getLogger(Ladder.class);
  private static final Comparator<RungResult> BY_QUALITY =
      Comparator.comparing(RungResult::isDone)
          .thenComparingInt(RungResult::registered)
          .thenComparingInt(RungResult::points);

  /** After these COLMAP does what a GPU was to do. */
  private static final Set<Verdict> GPU_VERDICTS =
      Set.of(Verdict.INTERNAL, Verdict.TOOL_INCOMPATIBLE, Verdict.TOOL_CRASH);

  private final SfmRun run;
  private final SfmDatabase database;
  private final int readable;
  private final List<RungResult> results = new ArrayList<>();

  /**
   * @param readable photographs COLMAP could read
   */
  Ladder(SfmRun run, SfmDatabase database, int readable) {
    this.run = run;
    this.database = database;
    this.readable = readable;
  }

  /** Tries one rung after the other, until no other rung can improve the result. */
  void climb(List<Rung> rungs) throws IOException, InterruptedException {
    for (Rung rung : rungs) {
      if (!results.isEmpty() && !canImprove(rung)) {
        continue;
      }
      results.add(attempt(rung));
      LOG.info("scene {} sfm {}", run.sceneId(), last().sentence());
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
    if (database.hasMatchesOfGpu() && rung.pairs().isPresent() && last().isDone()) {
      return false;
    }
    return last().gpuFailed() || rung.canImprove(last().verdict());
  }

  private RungResult last() {
    return results.get(results.size() - 1);
  }

  private RungResult attempt(Rung rung) throws IOException, InterruptedException {
    List<SubModel> models = List.of();
    SceneException refusal = null;
    boolean gpuFailed = false;
    String shortfall = "";
    try {
      if (rung.isOnGpu()) {
        gpuFailed = true; // until it is done
        database.matchOnGpu(rung.pairs().orElseThrow());
        runToSuccess(rung, run.steps().verifier());
        gpuFailed = false;
      } else if (rung.pairs().isPresent()) {
        if (!results.isEmpty()) {
          database.leaveToColmap();
        }
        runToSuccess(rung, run.steps().matcher(rung.pairs().get()));
      }
      models = map(rung);
      SubModel chosen = SubModel.best(models).orElseThrow();
      run.gate().checkModel(chosen, models, readable);
      shortfall = run.gate().shortfall(chosen, models, run.photographs().names());
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

  private void runToSuccess(Rung rung, ColmapCommand command)
      throws IOException, InterruptedException {
    run.colmap().runToSuccess(command, log(rung, command), readable);
  }

  private List<SubModel> map(Rung rung) throws IOException, InterruptedException {
    Path models = Files.createDirectories(run.folders().models(rung));
    ColmapCommand mapper = run.steps().mapper(rung.mapping(), models);
    ColmapRunner.Ended ended = run.colmap().run(mapper, log(rung, mapper), readable);
    List<SubModel> found = readModels(models);
    if (found.isEmpty() && isWithoutModel(ended)) {
      throw run.gate().withoutModel(readable, ended.output().withoutMatches());
    }
    run.colmap().requireSuccess(ended);
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

  private double seconds(Rung rung, String commandsEnd) {
    return run.colmap().secondsByLog().entrySet().stream()
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

  /** The result to go on with. Throws the scene's refusal if no rung has a usable model. */
  RungResult usable() {
    return best().filter(RungResult::isDone).orElseThrow(this::refusal);
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

  /** The pairs that a rung mapped: its own, or those of the rung before that compared some. */
  Rung.Pairs pairsOf(RungResult result) {
    return results.subList(0, results.indexOf(result) + 1).stream()
        .filter(one -> !one.gpuFailed())
        .flatMap(one -> one.rung().pairs().stream())
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /** What was tried so far. */
  SfmReport report() {
    Optional<RungResult> chosen = best();
    List<List<SfmReport.Registered>> models =
        chosen.stream()
            .flatMap(one -> one.models().stream().sorted(SubModel.LARGEST_FIRST))
            .map(SubModel::registered)
            .toList();
    return new SfmReport(
        database.extractionSeconds(),
        results.stream().map(one -> one.attempt(chosen.orElseThrow())).toList(),
        models);
  }
}
