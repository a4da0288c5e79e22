package org.splatline.pipeline.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The comparison of one scene in two runs.
 *
 * @param changes the changes beyond the thresholds
 * @param before its answer in the first run
 * @param after its answer in the second
 */
public record SceneComparison(
    String sceneId, Outcome outcome, List<Change> changes, Figures before, Figures after) {

  /** Whether the second run is better. */
  public enum Outcome {
    BETTER,
    EQUAL,
    WORSE
  }

  /** One measure that changed. */
  public record Change(Measure measure, Outcome outcome) {}

  /**
   * The figures of one answer. A figure is null if it wasn't measured.
   *
   * @param qualityWord {@code good}, {@code fair} or {@code poor}
   * @param bytes size of the files in formats that both runs have
   * @param seconds time to read, train, evaluate and export
   * @param costUsd null if the two runs did different stages
   */
  public record Figures(
      String verdict,
      String qualityWord,
      Double psnr,
      Double ssim,
      Long bytes,
      Double seconds,
      Double costUsd) {}

  public SceneComparison {
    changes = List.copyOf(changes);
  }

  /**
   * @param bytesBefore size of the exported files by format in the first run
   * @param bytesAfter the same in the second run
   */
  static SceneComparison of(
      SceneRunRow before,
      SceneRunRow after,
      Map<String, Long> bytesBefore,
      Map<String, Long> bytesAfter,
      Thresholds thresholds) {
    boolean alike = before.times().reused().equals(after.times().reused());
    Figures one = figures(before, common(bytesBefore, bytesAfter), alike);
    Figures other = figures(after, common(bytesAfter, bytesBefore), alike);
    List<Change> changes = new ArrayList<>();
    note(changes, Measure.VERDICT, verdict(before, after));
    note(changes, Measure.PSNR, difference(one.psnr(), other.psnr(), thresholds.psnr()));
    note(changes, Measure.SSIM, difference(one.ssim(), other.ssim(), thresholds.ssim()));
    note(changes, Measure.BYTES, factor(one.bytes(), other.bytes(), thresholds.bytes()));
    note(changes, Measure.SECONDS, factor(one.seconds(), other.seconds(), thresholds.seconds()));
    note(changes, Measure.COST, factor(one.costUsd(), other.costUsd(), thresholds.cost()));
    return new SceneComparison(before.sceneId(), outcome(changes), changes, one, other);
  }

  private static void note(List<Change> changes, Measure measure, Outcome outcome) {
    if (outcome != Outcome.EQUAL) {
      changes.add(new Change(measure, outcome));
    }
  }

  private static Outcome outcome(List<Change> changes) {
    if (changes.stream().anyMatch(change -> change.outcome() == Outcome.WORSE)) {
      return Outcome.WORSE;
    }
    return changes.isEmpty() ? Outcome.EQUAL : Outcome.BETTER;
  }

  private static Map<String, Long> common(Map<String, Long> bytes, Map<String, Long> others) {
    Map<String, Long> common = new HashMap<>(bytes);
    common.keySet().retainAll(others.keySet());
    return common;
  }

  private static Figures figures(SceneRunRow row, Map<String, Long> bytes, boolean alike) {
    String verdict = row.verdict().name();
    if (row.metrics() == null) {
      return new Figures(verdict, null, null, null, null, null, null);
    }
    return new Figures(
        verdict,
        row.metrics().qualityWord(),
        finite(row.metrics().psnr()),
        finite(row.metrics().ssim()),
        bytes.isEmpty() ? null : bytes.values().stream().mapToLong(Long::longValue).sum(),
        row.metrics().totalSeconds(),
        alike && row.cost() != null ? row.cost().usd() : null);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static Outcome verdict(SceneRunRow before, SceneRunRow after) {
    if (before.verdict().isDone() == after.verdict().isDone()) {
      return Outcome.EQUAL;
    }
    return after.verdict().isDone() ? Outcome.BETTER : Outcome.WORSE;
  }

  private static Outcome difference(Double before, Double after, double threshold) {
    if (before == null || after == null || Math.abs(after - before) < threshold) {
      return Outcome.EQUAL;
    }
    return after > before ? Outcome.BETTER : Outcome.WORSE;
  }

  private static Outcome factor(Number before, Number after, double threshold) {
    if (before == null || after == null) {
      return Outcome.EQUAL;
    }
    if (after.doubleValue() >= before.doubleValue() * threshold && after.doubleValue() > 0) {
      return Outcome.WORSE;
    }
    return before.doubleValue() >= after.doubleValue() * threshold && before.doubleValue() > 0
        ? Outcome.BETTER
        : Outcome.EQUAL;
  }
}
