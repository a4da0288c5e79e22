package org.splatline.pipeline.report;

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
 * The figures of one run, from the tables.
 *
 * @param verdicts number of scenes by verdict
 * @param gpuBusyShare busy GPU seconds as a share of held GPU seconds; null if no GPU was held
 * @param costUsd cost of all scenes together; null if no scene's cost is known
 * @param costUnknown number of scenes whose cost is unknown and so isn't in {@code costUsd}
 */
public record RunReport(
    int schemaVersion,
    String runId,
    String profile,
    String configHash,
    Instant startedAt,
    double seconds,
    int exitCode,
    String stoppedBecause,
    int scenes,
    int scenesOk,
    Map<String, Integer> verdicts,
    Spread psnr,
    Spread ssim,
    Spread modelBytes,
    Spread trainSeconds,
    double cpuSeconds,
    double gpuSeconds,
    Double gpuBusyShare,
    Double costUsd,
    int costUnknown,
    List<SceneLine> answers) {

  public RunReport {
    answers = List.copyOf(answers);
  }

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

  /** One scene's answer. */
  public record SceneLine(
      String sceneId,
      String verdict,
      String verdictDetail,
      String whoFixes,
      Double psnr,
      Double ssim,
      Integer gaussians,
      Long modelBytes,
      double attemptSeconds,
      Double costUsd,
      String resultUri) {}

  /** The report of a run's rows. */
  public static RunReport of(RunRows rows) {
    RunRow run = rows.run();
    List<SceneRunRow> scenes = rows.scenes();
    Map<String, Integer> verdicts = new TreeMap<>();
    scenes.forEach(row -> verdicts.merge(row.verdict().name(), 1, Integer::sum));
    List<Double> costs = known(scenes, RunReport::usd);
    return new RunReport(
        1,
        run.runId(),
        run.settings().profile(),
        run.settings().configHash(),
        run.times().startedAt(),
        run.times().seconds(),
        run.ending().exitCode(),
        run.ending().stoppedBecause(),
        run.counts().scenes(),
        run.counts().scenesOk(),
        verdicts,
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().psnr()),
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().ssim()),
        spread(
            scenes,
            row -> row.model().modelBytes() == null ? null : (double) row.model().modelBytes()),
        spread(scenes, row -> row.metrics() == null ? null : row.metrics().trainSeconds()),
        sum(known(scenes, row -> row.cost() == null ? null : row.cost().cpu().seconds())),
        sum(known(scenes, row -> row.cost() == null ? null : row.cost().gpu().seconds())),
        busyShare(run.machines()),
        costs.isEmpty() ? null : sum(costs),
        scenes.size() - costs.size(),
        scenes.stream().map(RunReport::line).toList());
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
        isTrained ? row.metrics().psnr() : null,
        isTrained ? row.metrics().ssim() : null,
        isTrained ? row.metrics().gaussians() : null,
        row.model().modelBytes(),
        row.seconds().attempt(),
        usd(row),
        row.places().resultUri());
  }
}
