package org.splatline.pipeline.run;

import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.stage.IngestSceneJob;
import org.splatline.pipeline.stage.PublishScene;
import org.splatline.pipeline.stage.ReconstructSceneJob;
import org.splatline.pipeline.stage.TrainSceneJob;
import org.splatline.pipeline.table.Group;

/** The stages of one scene, in order. Whatever happens to a scene ends in a row. */
final class SceneLine {
  private static final Logger LOG = LoggerFactory.getLogger(SceneLine.class);

  private final IngestSceneJob ingest;
  private final ReconstructSceneJob reconstruct;
  private final TrainSceneJob train;
  private final PublishScene publish;
  private final Predicate<String> cancelled;

  SceneLine(
      IngestSceneJob ingest,
      ReconstructSceneJob reconstruct,
      TrainSceneJob train,
      PublishScene publish,
      Predicate<String> cancelled) {
    this.ingest = ingest;
    this.reconstruct = reconstruct;
    this.train = train;
    this.publish = publish;
    this.cancelled = cancelled;
  }

  /** One attempt; its rows, not yet published. */
  Group run(SceneSource scene, SceneAttempt attempt) {
    try {
      begin(scene, attempt, Stage.INGEST);
      IngestSceneJob.Result ingested = ingest.run(scene);
      attempt.ingested(ingested);
      attempt.endStage();

      begin(scene, attempt, Stage.SFM);
      ReconstructSceneJob.Result reconstructed =
          reconstruct.run(scene, ingested, attempt.files(), attempt::searched);
      attempt.reconstructed(reconstructed);
      attempt.endStage();

      begin(scene, attempt, Stage.TRAIN);
      TrainSceneJob.Result trained = train.run(scene, reconstructed);
      attempt.trained(trained);
      attempt.endStage();

      begin(scene, attempt, Stage.PUBLISH);
      publish.copyFiles(scene, reconstructed.key(), trained.key(), attempt.files());
      return attempt.done();
    } catch (SceneException e) {
      attempt.endStage();
      return attempt.failed(e.verdict(), e.getMessage());
    } catch (CancellationException e) {
      attempt.endStage();
      return attempt.failed(Verdict.CANCELLED, cancelled(scene));
    } catch (Exception e) { // Spark throws checked exceptions that its methods don't declare
      attempt.endStage();
      if (cancelled.test(scene.id())) {
        return attempt.failed(Verdict.CANCELLED, cancelled(scene));
      }
      LOG.error("scene {}: unexpected failure", scene.id(), e);
      return attempt.failed(Verdict.INTERNAL, sentence(scene, e));
    }
  }

  private void begin(SceneSource scene, SceneAttempt attempt, Stage stage) {
    if (cancelled.test(scene.id())) {
      throw new CancellationException();
    }
    attempt.begin(stage);
  }

  private static String cancelled(SceneSource scene) {
    return "Cancelled scene %s: it, or the run, was stopped. Run again with the same --run-id to complete it"
        .formatted(scene.id());
  }

  private static String sentence(SceneSource scene, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.toString().lines().findFirst().orElse("");
    return "Cannot finish scene %s: %s. This is a fault of Splatline or of the machine; its log has the trace"
        .formatted(scene.id(), message);
  }
}
