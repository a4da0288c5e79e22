package org.splatline.pipeline.run;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photograph;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.stage.EvaluateSceneJob;
import org.splatline.pipeline.stage.EvaluatedScene;
import org.splatline.pipeline.stage.IngestSceneJob;
import org.splatline.pipeline.stage.ReconstructSceneJob;
import org.splatline.pipeline.stage.TrainSceneJob;
import org.splatline.pipeline.stage.TrainedScene;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.AttemptKey;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.ImageRow;
import org.splatline.pipeline.table.ModelRow;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;
import org.splatline.pipeline.table.SceneRunRow.PhotographCounts;
import org.splatline.pipeline.table.SceneRunRow.Place;
import org.splatline.pipeline.table.SceneRunRow.StageSeconds;
import org.splatline.pipeline.table.SfmAttemptRow;
import org.splatline.pipeline.table.TrainingCurveRow;
import org.splatline.pipeline.table.VanillaSizes;
import org.splatline.pipeline.table.ViewMetricsRow;

/**
 * Collects the results of one attempt at a scene, stage by stage, and makes its rows. Used by one
 * thread at a time.
 */
final class SceneAttempt {
  private final SceneSource scene;
  private final int number;
  private final Location files;
  private final PipelineConfig config;
  private final VanillaSizes vanilla;
  private final DoubleSupplier queued;
  private final Supplier<Spent> spent;
  private final Instant startedAt = Instant.now();
  private final List<String> reused = new ArrayList<>();
  private Stage stage = Stage.INGEST;
  private Instant stageStartedAt = startedAt;
  private double queuedBefore; // the stage
  private Double ingestSeconds;
  private Double sfmSeconds;
  private Double trainSeconds;
  private PhotographCounts photographs;
  private Manifest manifest; // null: not ingested
  private SfmReport report; // null: COLMAP did not get to mapping
  private String shortfall = "";
  private CameraCounts cameras;
  private Alignment alignment; // null: not aligned
  private TrainedScene trained;
  private EvaluatedScene evaluated;
  private String models; // the folder with the exported files

  /**
   * @param number from 1
   * @param files where the attempt's files go
   * @param queued seconds that its tasks have waited so far
   * @param spent on the attempt; called once, when it has ended
   */
  SceneAttempt(
      SceneSource scene,
      int number,
      Location files,
      PipelineConfig config,
      VanillaSizes vanilla,
      DoubleSupplier queued,
      Supplier<Spent> spent) {
    this.scene = scene;
    this.number = number;
    this.files = files;
    this.config = config;
    this.vanilla = vanilla;
    this.queued = queued;
    this.spent = spent;
  }

  Location files() {
    return files;
  }

  void begin(Stage next) {
    stage = next;
    stageStartedAt = Instant.now();
    queuedBefore = queued.getAsDouble();
  }

  void ingested(IngestSceneJob.Result result) {
    manifest = result.manifest();
    photographs =
        new PhotographCounts(
            result.manifest().fingerprint(),
            result.manifest().used().size(),
            result.manifest().rejected().size(),
            camera(result.manifest()),
            SfmRows.listed(manifest).stream().mapToLong(Photograph::bytes).sum(),
            place(manifest));
    note(result.reused());
  }

  /** The most frequent camera; null: no photograph names one. */
  private static String camera(Manifest manifest) {
    Map<String, Long> cameras =
        manifest.used().stream()
            .map(photograph -> photograph.exif().camera())
            .filter(name -> !name.isEmpty())
            .collect(groupingBy(name -> name, TreeMap::new, counting()));
    return cameras.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  /** The bounding box of the positions; null: no photograph has one. */
  private static Place place(Manifest manifest) {
    List<Exif.Position> positions =
        SfmRows.listed(manifest).stream()
            .map(file -> file.exif().position())
            .filter(Objects::nonNull)
            .toList();
    if (positions.isEmpty()) {
      return null;
    }
    DoubleSummaryStatistics north =
        positions.stream().mapToDouble(Exif.Position::latitude).summaryStatistics();
    DoubleSummaryStatistics east =
        positions.stream().mapToDouble(Exif.Position::longitude).summaryStatistics();
    return new Place(north.getMin(), north.getMax(), east.getMin(), east.getMax());
  }

  /** How COLMAP went, whether it found a model or not. */
  void reported(SfmReport how) {
    report = how;
  }

  void reconstructed(ReconstructSceneJob.Result result) {
    shortfall = result.shortfall();
    cameras = result.cameras().orElse(null);
    alignment = result.alignment().orElse(null);
    note(result.reused());
  }

  void trained(TrainSceneJob.Result result) {
    trained = result.trained();
    note(result.reused());
  }

  void evaluated(EvaluateSceneJob.Result result) {
    evaluated = result.evaluated();
    note(result.reused());
  }

  /**
   * @param folder with the exported files
   */
  void published(String folder) {
    models = folder;
  }

  private void note(boolean wasThere) {
    if (wasThere) {
      reused.add(stage.word());
    }
  }

  /** Ends the stage, whatever its result. Its time is without the queues of its tasks. */
  void endStage() {
    double waited = queued.getAsDouble() - queuedBefore;
    double seconds = Math.max(0, seconds(stageStartedAt) - waited);
    switch (stage) {
      case INGEST -> ingestSeconds = seconds;
      case FEATURES, SFM -> sfmSeconds = seconds;
      case TRAIN -> trainSeconds = seconds;
      case EVALUATE -> trainSeconds += seconds;
      case PUBLISH -> {} // its time is part of the attempt's
    }
  }

  private static double seconds(Instant since) {
    return Math.max(0, Duration.between(since, Instant.now()).toNanos())
        / 1e9; // the clock may be set back
  }

  /** The row of a scene that has a model, before its end: without costs and tasks. */
  SceneRunRow soFar() {
    return row(verdict(), shortfall, evaluated.metrics(), new Spent(null, null));
  }

  /** How a scene ends that has a model. */
  private Verdict verdict() {
    return shortfall.isEmpty() ? Verdict.OK : Verdict.DEGRADED;
  }

  /** All rows of a scene that is done. */
  Group done() {
    SceneMetrics metrics = evaluated.metrics();
    return new Group(
        List.of(),
        sfmAttempts(),
        images(),
        trained.curve().stream().map(point -> new TrainingCurveRow(key(), point)).toList(),
        evaluated.views().stream()
            .map(
                view -> new ViewMetricsRow(key(), metrics.steps(), metrics.lpipsConvention(), view))
            .toList(),
        evaluated.models().stream().map(model -> row(model, metrics)).toList(),
        List.of(row(verdict(), shortfall, metrics, spent.get())));
  }

  private ModelRow row(EvaluatedScene.ModelFile model, SceneMetrics metrics) {
    return new ModelRow(
        key(),
        model.format(),
        models + "/" + model.path(),
        model.sha256(),
        metrics.gaussians(),
        vanilla.beside(scene.tenant(), scene.id(), metrics, model.score()));
  }

  /** The rows of a scene that is not done. */
  Group failed(Verdict verdict, String detail) {
    return new Group(
        List.of(),
        sfmAttempts(),
        images(),
        List.of(),
        List.of(),
        List.of(),
        List.of(row(verdict, detail, null, spent.get())));
  }

  private List<SfmAttemptRow> sfmAttempts() {
    return report == null ? List.of() : SfmRows.attempts(key(), report);
  }

  private List<ImageRow> images() {
    return manifest == null ? List.of() : SfmRows.images(key(), manifest, report);
  }

  private AttemptKey key() {
    return new AttemptKey(scene.runId(), scene.id(), number, scene.tenant());
  }

  private SceneRunRow row(Verdict verdict, String detail, SceneMetrics metrics, Spent all) {
    StageSeconds seconds =
        new StageSeconds(ingestSeconds, sfmSeconds, trainSeconds, seconds(startedAt));
    return new SceneRunRow(
        key(),
        new SceneRunRow.Answer(false, verdict, detail, stage.word()),
        new SceneRunRow.Places(scene.uri(), files.uri()),
        new SceneRunRow.Settings(config.train().profile(), config.train().configHash()),
        new SceneRunRow.Times(startedAt, Instant.now(), seconds, reused),
        photographs,
        cameras,
        alignment,
        metrics == null
            ? SceneRunRow.Model.NONE
            : new SceneRunRow.Model(
                metrics,
                evaluated.models().stream().mapToLong(model -> model.score().bytes()).sum()),
        all.cost(),
        all.tasks());
  }
}
