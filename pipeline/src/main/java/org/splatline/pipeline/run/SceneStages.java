package org.splatline.pipeline.run;

import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.stage.ColmapVersionCache;
import org.splatline.pipeline.stage.EvaluateSceneJob;
import org.splatline.pipeline.stage.IngestSceneJob;
import org.splatline.pipeline.stage.PublishScene;
import org.splatline.pipeline.stage.ReconstructSceneJob;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.stage.TrainSceneJob;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;

/** Runs the stages of one scene in order. Every attempt ends in a row, whatever happens. */
final class SceneStages {
  private static final Logger LOG = LoggerFactory.getLogger(SceneStages.class);

  private final PipelineConfig config;
  private final RunFolder run;
  private final SceneJobs jobs;
  private final SceneCosts costs;
  private final String applicationId;
  private final IngestSceneJob ingest;
  private final ReconstructSceneJob reconstruct;
  private final TrainSceneJob train;
  private final EvaluateSceneJob evaluate;
  private final PublishScene publish;

  /**
   * @param run the files of the run
   * @param applicationId Spark's application
   */
  SceneStages(
      PipelineConfig config,
      Store store,
      RunFolder run,
      SceneJobs jobs,
      ColmapVersionCache colmap,
      SceneCosts costs,
      String applicationId) {
    this.config = config;
    this.run = run;
    this.jobs = jobs;
    this.costs = costs;
    this.applicationId = applicationId;
    this.ingest = new IngestSceneJob(jobs, store, config);
    this.reconstruct = new ReconstructSceneJob(jobs, store, config, colmap);
    this.evaluate = new EvaluateSceneJob(jobs, store, config);
    this.train = new TrainSceneJob(jobs, store, config, evaluate);
    this.publish = new PublishScene(jobs, run, store.place());
  }

  /**
   * Makes one attempt and publishes it if it is final.
   *
   * @param number of the attempt, from 1
   * @return its rows, to be committed
   */
  Group run(SceneSource scene, int number) {
    SceneAttempt attempt =
        new SceneAttempt(
            scene,
            number,
            run.attempt(scene.id(), number),
            config,
            () -> Spent.of(jobs.takeUses(scene.id()), costs, applicationId));
    return publish.publish(rows(scene, attempt));
  }

  private Group rows(SceneSource scene, SceneAttempt attempt) {
    try {
      runStages(scene, attempt);
      return attempt.done();
    } catch (SceneException e) {
      attempt.endStage();
      return attempt.failed(e.verdict(), e.getMessage());
    } catch (CancellationException e) {
      attempt.endStage();
      return attempt.failed(Verdict.CANCELLED, cancelled(scene));
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      attempt.endStage();
      if (jobs.isCancelled(scene.id())) {
        return attempt.failed(Verdict.CANCELLED, cancelled(scene));
      }
      LOG.error("scene {}: unexpected failure", scene.id(), e);
      return attempt.failed(Verdict.INTERNAL, sentence(scene, e));
    }
  }

  private void runStages(SceneSource scene, SceneAttempt attempt) {
    begin(scene, attempt, Stage.INGEST);
    IngestSceneJob.Result ingested = ingest.run(scene);
    attempt.ingested(ingested);
    attempt.endStage();

    begin(scene, attempt, Stage.SFM);
    ReconstructSceneJob.Result reconstructed =
        reconstruct.run(scene, ingested, attempt.files(), attempt::reported);
    attempt.reconstructed(reconstructed);
    attempt.endStage();

    begin(scene, attempt, Stage.TRAIN);
    TrainSceneJob.Result trained = train.run(scene, reconstructed);
    attempt.trained(trained);
    attempt.endStage();

    begin(scene, attempt, Stage.EVALUATE);
    EvaluateSceneJob.Result evaluated = evaluate.run(scene, trained);
    attempt.evaluated(evaluated);
    attempt.endStage();

    begin(scene, attempt, Stage.PUBLISH);
    publish.copyFiles(scene, reconstructed.key(), trained.key(), evaluated.key(), attempt.files());
  }

  private void begin(SceneSource scene, SceneAttempt attempt, Stage stage) {
    if (jobs.isCancelled(scene.id())) {
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
