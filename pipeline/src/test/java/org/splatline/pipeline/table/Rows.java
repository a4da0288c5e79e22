package org.splatline.pipeline.table;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.PhotographCounts;
import org.splatline.pipeline.table.SceneRunRow.Share;
import org.splatline.pipeline.table.SceneRunRow.StageSeconds;

/** Rows for tests. All values differ. */
public final class Rows {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00.123456Z");

  private Rows() {}

  public static RunRow run(String runId) {
    return run(runId, Map.of("runs", 3L, "scene_runs", 7L));
  }

  static RunRow run(String runId, Map<String, Long> tableVersions) {
    return new RunRow(
        runId,
        1,
        new RunRow.Settings("progressive", "c0ffee", "{}", "s3a://in", "s3a://out"),
        new RunRow.Versions("0.1", "3.5.6", "3.8"),
        new RunRow.Times(start(runId), start(runId).plusSeconds(90), 90.5),
        new RunRow.SceneCounts(3, 2, 1),
        new RunRow.Ending(2, "told to stop"),
        new RunRow.Machines(30.5, 20.25, "2026-03-01"),
        tableVersions,
        new RunRow.Application("application_1_0002", "emr-7.14.0", "0".repeat(40)));
  }

  /** Tuesday's rows are a day later than those of other runs. */
  private static Instant start(String runId) {
    return runId.equals("tuesday") ? START.plus(Duration.ofDays(1)) : START;
  }

  private static AttemptKey key(String runId, String sceneId, int attempt) {
    return new AttemptKey(runId, sceneId, attempt, "acme");
  }

  static SceneRunRow trained(String runId, String sceneId) {
    return trained(runId, sceneId, 27.5, 3_000_000_000L);
  }

  public static SceneRunRow trained(String runId, String sceneId, double psnr) {
    return trained(runId, sceneId, psnr, 3_000_000_000L);
  }

  static SceneRunRow trained(String runId, String sceneId, double psnr, long modelBytes) {
    return new SceneRunRow(
        key(runId, sceneId, 2),
        new SceneRunRow.Answer(true, Verdict.OK, "", "publish"),
        new SceneRunRow.Places("s3a://in/" + sceneId, "s3a://out/" + sceneId),
        new SceneRunRow.Settings("progressive", "c0ffee"),
        new SceneRunRow.Times(
            start(runId),
            start(runId).plusSeconds(60),
            new StageSeconds(1.5, 20.25, 30.0, 60.0),
            List.of("ingest", "sfm")),
        new PhotographCounts(
            "f00d",
            24,
            1,
            "Canon EOS 5D",
            6_000_000_000L,
            new SceneRunRow.Place(50.5, 51.5, -0.25, 0.75)),
        new CameraCounts(23, 4567, 0.75),
        new SceneRunRow.Alignment(20, 1.25, 2.5),
        new SceneRunRow.Model(metrics(psnr), modelBytes),
        new Cost(
            new Share(12.5, "m6i.4xlarge", "spot", 0.25),
            new Share(30.5, "g5.xlarge", "on-demand", 1.5)),
        new SceneRunRow.Tasks("application_1_0001", 7.5, 3, "12.4"));
  }

  private static SceneMetrics metrics(double psnr) {
    return metrics(psnr, 2_000, 480);
  }

  static SceneMetrics metrics(double psnr, int steps, int width) {
    return new SceneMetrics(
        1,
        psnr,
        null,
        33.5,
        0.91,
        0.125,
        "alex",
        3,
        20,
        12_345,
        5_000_000,
        steps,
        25.5,
        29.5,
        null,
        1_234_567_890_123L,
        2_234_567_890_123L,
        12.25,
        "cpu",
        "two cores",
        width,
        360,
        42L,
        "progressive",
        "c0ffee",
        "steps",
        "fair",
        "23 photographs: take 20 more",
        Map.of(),
        Map.of(),
        Map.of());
  }

  public static SceneRunRow refused(String runId, String sceneId) {
    return refused(runId, sceneId, START);
  }

  static SceneRunRow refused(String runId, String sceneId, Instant start) {
    return new SceneRunRow(
        key(runId, sceneId, 1),
        new SceneRunRow.Answer(
            true,
            Verdict.UNREADABLE_IMAGES,
            "Cannot ingest scene %s: it is broken.".formatted(sceneId),
            "ingest"),
        new SceneRunRow.Places("s3a://in/" + sceneId, "s3a://out/" + sceneId),
        new SceneRunRow.Settings("progressive", "c0ffee"),
        new SceneRunRow.Times(
            start, start.plusSeconds(1), new StageSeconds(0.5, null, null, 1.0), List.of()),
        null,
        null,
        null,
        SceneRunRow.Model.NONE,
        new Cost(new Share(0.5, null, null, null), Share.NONE),
        new SceneRunRow.Tasks("application_1_0001", 0.25, null, null));
  }

  /** The same row of a scene that belongs to nobody. */
  static SceneRunRow withoutTenant(SceneRunRow row) {
    return new SceneRunRow(
        new AttemptKey(row.runId(), row.sceneId(), row.attempt(), ""),
        row.answer(),
        row.places(),
        row.settings(),
        row.times(),
        row.photographs(),
        row.cameras(),
        row.alignment(),
        row.model(),
        row.cost(),
        row.tasks());
  }

  static TrainingCurveRow point(String runId, String sceneId, int step) {
    return new TrainingCurveRow(
        key(runId, sceneId, 2),
        new TrainingPoint(step, 1, 0.5, 0.04, 24.5, 900, 61.5, 16.0, 7_654_321L));
  }

  static ViewMetricsRow view(String runId, String sceneId, String view) {
    return new ViewMetricsRow(
        key(runId, sceneId, 2), 2_000, "alex", new ViewMetrics(view, 26.5, 0.9, 0.25, 480, 360));
  }

  static ModelRow model(String runId, String sceneId) {
    return model(runId, sceneId, Path.of("/out/model.ply"), "abc", 3_000_000_000L);
  }

  static ModelRow model(String runId, String sceneId, Path file, String sha256, long bytes) {
    return new ModelRow(
        key(runId, sceneId, 2),
        "ply",
        file.toUri().toString(),
        sha256,
        12_345,
        new FileScore(bytes, 27.5, 0.875, 0.125, 1.0, 4.5, 2.25, 0.25));
  }

  static SfmAttemptRow sfmAttempt(String runId, String sceneId) {
    return new SfmAttemptRow(
        key(runId, sceneId, 2),
        1,
        new SfmAttemptRow.Method("exhaustive", "why", "incremental"),
        new SfmAttemptRow.Outcome(Verdict.DEGRADED, "few", true),
        new SfmAttemptRow.Found(3, 20, 24, 4567, 23_456L, 0.75, null),
        new SfmAttemptRow.Seconds(1.5, 2.5, 3.5));
  }

  static ImageRow image(String runId, String sceneId, String name) {
    return image(runId, sceneId, name, 6);
  }

  static ImageRow image(String runId, String sceneId, String name, int orientation) {
    return new ImageRow(
        key(runId, sceneId, 2),
        name,
        new ImageRow.Use("USED", ""),
        new ImageRow.FileFacts(3_000_000_000L, "abc", 4000, 3000),
        new ImageRow.ExifFacts(orientation, 4.25, "2026-05-01T12:00:00", "Canon EOS 5D"),
        new ImageRow.Position(50.5, -0.25, null),
        new ImageRow.Look(12.5, true, "other.jpg"),
        new ImageRow.Registration(1, null));
  }

  /** The row of one refused scene, a day after the others. */
  static Group refusedLater(String runId, String sceneId) {
    SceneRunRow row = refused(runId, sceneId, START.plus(Duration.ofDays(1)));
    return new Group(
        List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(row));
  }

  /** Rows of one trained scene in two tables only: each table's commit takes its time. */
  static Group brief(String runId, String sceneId) {
    return new Group(
        List.of(),
        List.of(),
        List.of(image(runId, sceneId, "a.jpg"), image(runId, sceneId, "b.jpg")),
        List.of(),
        List.of(),
        List.of(),
        List.of(trained(runId, sceneId)));
  }

  /** All rows of one trained scene. */
  static Group group(String runId, String sceneId) {
    return group(runId, sceneId, 27.5, Path.of("/out/model.ply"), "abc", 3_000_000_000L);
  }

  static Group group(
      String runId, String sceneId, double psnr, Path model, String sha256, long modelBytes) {
    return new Group(
        List.of(),
        List.of(sfmAttempt(runId, sceneId)),
        List.of(image(runId, sceneId, "a.jpg"), image(runId, sceneId, "b.jpg")),
        List.of(point(runId, sceneId, 1), point(runId, sceneId, 100)),
        List.of(view(runId, sceneId, "a.jpg"), view(runId, sceneId, "b.jpg")),
        List.of(model(runId, sceneId, model, sha256, modelBytes)),
        List.of(trained(runId, sceneId, psnr, modelBytes)));
  }
}
