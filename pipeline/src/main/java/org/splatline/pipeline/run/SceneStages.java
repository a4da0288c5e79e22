package org.splatline.pipeline.run;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.site.RunSetup;
import org.splatline.pipeline.stage.EvaluateSceneJob;
import org.splatline.pipeline.stage.IngestSceneJob;
import org.splatline.pipeline.stage.PublishScene;
import org.splatline.pipeline.stage.ReconstructSceneJob;
import org.splatline.pipeline.stage.RunColmap;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.stage.TrainSceneJob;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.VanillaSizes;

/** Runs the stages of one scene in order. Every attempt ends in a row, whatever happens. */
final class SceneStages {
  private static final Logger LOG = LoggerFactory.getLogger(SceneStages.class);

  private final PipelineConfig config;
  private final RunFolder run;
  private final SceneJobs jobs;
  private final SceneCosts costs;
  private final VanillaSizes vanilla;
  private final String applicationId;
  private final IngestSceneJob ingest;
  private final ReconstructSceneJob reconstruct;
  private final TrainSceneJob train;
  private final EvaluateSceneJob evaluate;
  private final PublishScene publish;

  /**
   * @param run the files of the run
   * @param setup what the pages of scenes say of the run
   * @param applicationId Spark's application
   */
  SceneStages(
      PipelineConfig config,
      Store store,
      RunFolder run,
      SceneJobs jobs,
      RunColmap colmap,
      SceneCosts costs,
      VanillaSizes vanilla,
      RunSetup setup,
      String applicationId) {
    this.config = config;
    this.run = run;
    this.jobs = jobs;
    this.costs = costs;
    this.vanilla = vanilla;
    this.applicationId = applicationId;
    this.ingest = new IngestSceneJob(jobs, store, config);
    this.reconstruct = new ReconstructSceneJob(jobs, store, config, colmap);
    this.evaluate = new EvaluateSceneJob(jobs, store, config);
    this.train = new TrainSceneJob(jobs, store, config, evaluate);
    this.publish = new PublishScene(jobs, run, store.place(), setup);
  }

  /**
   * Makes one attempt and publishes it if it is final.
   *
   * @param number of the attempt, from 1
   * @param ingested is run when the scene's photographs have been checked, or can't be
   * @return its rows, to be committed
   */
  CompletableFuture<Group> run(SceneSource scene, int number, Runnable ingested) {
    SceneAttempt attempt =
        new SceneAttempt(
            scene,
            number,
            run.attempt(scene.id(), number),
            config,
            vanilla,
            () -> jobs.queuedSeconds(scene.id()),
            () -> Spent.of(jobs.takeUses(scene.id()), costs, applicationId));
    return ingest(scene, attempt)
        .whenComplete((found, failure) -> ingested.run())
        .thenCompose(found -> reconstruct(scene, attempt, found))
        .thenCompose(found -> trainAndCopy(scene, attempt, found))
        .handle(
            (done, failure) ->
                failure == null ? attempt.done() : failed(scene, attempt, cause(failure)))
        .thenApply(publish::publish);
  }

  private CompletableFuture<IngestSceneJob.Result> ingest(SceneSource scene, SceneAttempt attempt) {
    return stage(scene, attempt, Stage.INGEST, () -> ingest.run(scene), attempt::ingested);
  }

  private CompletableFuture<ReconstructSceneJob.Result> reconstruct(
      SceneSource scene, SceneAttempt attempt, IngestSceneJob.Result ingested) {
    return stage(
        scene,
        attempt,
        Stage.SFM,
        () -> reconstruct.run(scene, ingested, attempt.files(), attempt::reported),
        attempt::reconstructed);
  }

  private CompletableFuture<String> trainAndCopy(
      SceneSource scene, SceneAttempt attempt, ReconstructSceneJob.Result reconstructed) {
    return stage(
            scene, attempt, Stage.TRAIN, () -> train.run(scene, reconstructed), attempt::trained)
        .thenCompose(trained -> evaluateAndCopy(scene, attempt, reconstructed, trained));
  }

  private CompletableFuture<String> evaluateAndCopy(
      SceneSource scene,
      SceneAttempt attempt,
      ReconstructSceneJob.Result reconstructed,
      TrainSceneJob.Result trained) {
    return stage(
            scene, attempt, Stage.EVALUATE, () -> evaluate.run(scene, trained), attempt::evaluated)
        .thenCompose(
            evaluated ->
                stage(
                    scene,
                    attempt,
                    Stage.PUBLISH,
                    () ->
                        publish.copyFiles(
                            scene,
                            reconstructed.key(),
                            trained.key(),
                            evaluated.key(),
                            attempt.files(),
                            attempt.soFar()),
                    attempt::published));
  }

  /** One stage. Whatever its work throws fails the future. */
  private <T> CompletableFuture<T> stage(
      SceneSource scene,
      SceneAttempt attempt,
      Stage stage,
      Supplier<CompletableFuture<T>> work,
      Consumer<T> found) {
    try {
      if (jobs.isCancelled(scene.id())) {
        throw new CancellationException();
      }
      attempt.begin(stage);
      return work.get()
          .thenApply(
              result -> {
                found.accept(result);
                attempt.endStage();
                return result;
              });
    } catch (Throwable e) { // an Error, too: the scene's row must say it
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private Group failed(SceneSource scene, SceneAttempt attempt, Throwable failure) {
    attempt.endStage();
    if (failure instanceof SceneException refusal) {
      return attempt.failed(refusal.verdict(), refusal.getMessage());
    }
    if (failure instanceof CancellationException || jobs.isCancelled(scene.id())) {
      return attempt.failed(Verdict.CANCELLED, cancelled(scene));
    }
    LOG.error("scene {}: unexpected failure", scene.id(), failure);
    return attempt.failed(Verdict.INTERNAL, sentence(scene, failure));
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
