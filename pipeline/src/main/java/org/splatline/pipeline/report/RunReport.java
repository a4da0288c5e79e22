package org.splatline.pipeline.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.splatline.pipeline.table.RunRow;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The figures of one run, from the tables. JSON shows the groups' components in their place.
 *
 * @param verdicts number of scenes by verdict
 */
public record RunReport(
    int schemaVersion,
    @JsonUnwrapped Run run,
    Map<String, Integer> verdicts,
    @JsonUnwrapped Results results,
    @JsonUnwrapped Costs costs,
    List<SceneLine> answers) {

  public RunReport {
    answers = List.copyOf(answers);
  }

  /** The run itself. */
  public record Run(
      String runId,
      String profile,
      String configHash,
      Instant startedAt,
      double seconds,
      int exitCode,
      String stoppedBecause,
      int scenes,
      int scenesOk) {}

  /** The quality, size and training time of the scenes; null if no scene has the figure. */
  public record Results(Spread psnr, Spread ssim, Spread modelBytes, Spread trainSeconds) {}

  /**
   * The machines that the run used.
   *
   * @param gpuBusyShare busy GPU seconds as a share of held GPU seconds; null if no GPU was held
   * @param costUsd cost of all scenes together; null if no scene's cost is known
   * @param costUnknown number of scenes whose cost is unknown and so isn't in {@code costUsd}
   */
  public record Costs(
      double cpuSeconds, double gpuSeconds, Double gpuBusyShare, Double costUsd, int costUnknown) {}

  /** The distribution of a figure over the scenes that have it. */
  public record Spread(int scenes, double least, double median, double mean, double most) {
    /** Null if no scene has it. */
    static Spread of(double[] values) {
      if (values.length == 0) {
        return null;
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      return new Spread(
          sorted.length,
          sorted[0],
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
          Arrays.stream(sorted).average().orElseThrow(),
          sorted[sorted.length - 1]);
    }
  }

  /**
   * One scene's answer.
   *
   * @param qualityWord null if there is no model, or one of an earlier version
   */
  public record SceneLine(
      String sceneId,
      String verdict,
      String verdictDetail,
      String whoFixes,
      String qualityWord,
      String qualityDetail,
      Double psnr,
      Double ssim,
      Integer gaussians,
      Long modelBytes,
      double attemptSeconds,
      Double costUsd,
      String resultUri) {}

  /** The report of a run's rows. */
  public static RunReport of(RunRows rows) {
    Map<String, Integer> verdicts = new TreeMap<>();
    rows.scenes().forEach(row -> verdicts.merge(row.verdict().name(), 1, Integer::sum));
    return new RunReport(
        1,
        run(rows.run()),
        verdicts,
        results(rows.scenes()),
        costs(rows),
        rows.scenes().stream().map(RunReport::line).toList());
  }

  private static Run run(RunRow row) {
    return new Run(
        row.runId(),
        row.settings().profile(),
        row.settings().configHash(),
        row.times().startedAt(),
        row.times().seconds(),
        row.ending().exitCode(),
        row.ending().stoppedBecause(),
        row.counts().scenes(),
        row.counts().scenesOk());
  }

  private static Results results(List<SceneRunRow> scenes) {
    return new Results(
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().psnr()),
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().ssim()),
        spread(
            scenes,
            row -> row.model().modelBytes() == null ? null : (double) row.model().modelBytes()),
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().trainSeconds()));
  }

  private static Costs costs(RunRows rows) {
    List<SceneRunRow> scenes = rows.scenes();
    List<Double> usd = known(scenes, RunReport::usd);
    return new Costs(
        sum(known(scenes, row -> row.cost() == null ? null : row.cost().cpu().seconds())),
        sum(known(scenes, row -> row.cost() == null ? null : row.cost().gpu().seconds())),
        busyShare(rows.run().machines()),
        usd.isEmpty() ? null : sum(usd),
        scenes.size() - usd.size());
  }

  private static Double busyShare(RunRow.Machines machines) {
    return machines.gpuHeldSeconds() == null
        ? null
        : machines.gpuBusySeconds() / machines.gpuHeldSeconds();
  }

  private static Double usd(SceneRunRow row) {
    return row.cost() == null ? null : row.cost().usd();
  }

  private static Spread spread(List<SceneRunRow> rows, Function<SceneRunRow, Double> value) {
    return Spread.of(
        known(rows, value).stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .toArray());
  }

  private static List<Double> known(List<SceneRunRow> rows, Function<SceneRunRow, Double> value) {
    return rows.stream().map(value).filter(Objects::nonNull).toList();
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static SceneLine line(SceneRunRow row) {
    boolean isTrained = row.metrics() != null;
    return new SceneLine(
        row.sceneId(),
        row.verdict().name(),
        row.verdictDetail(),
        row.verdict().whoFixes().name(),
        isTrained ? row.metrics().qualityWord() : null,
        isTrained ? row.metrics().qualityDetail() : null,
        isTrained ? row.metrics().psnr() : null,
        isTrained ? row.metrics().ssim() : null,
        isTrained ? row.metrics().gaussians() : null,
        row.model().modelBytes(),
        row.seconds().attempt(),
        usd(row),
        row.places().resultUri());
  }
}
