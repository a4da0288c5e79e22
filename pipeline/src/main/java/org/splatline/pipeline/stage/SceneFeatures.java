package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Store;

/**
 * Has a scene's features found by COLMAP and matched by a GPU, on two executors: none holds a GPU
 * while COLMAP runs.
 */
final class SceneFeatures {
  private static final Logger LOG = LoggerFactory.getLogger(SceneFeatures.class);

  /** Raised when the same photographs give other features or other matches. */
  private static final int VERSION = 1;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final GpuMatchers gpu;

  /**
   * @param gpu of a task that has one; serialisable
   */
  SceneFeatures(SceneJobs jobs, Store store, PipelineConfig config, GpuMatchers gpu) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.gpu = gpu;
  }

  /**
   * Finds and matches the features, unless they are in the store.
   *
   * @param found the key of the features without matches: {@link #key}
   * @param colmap keeps its result under {@code found}
   * @return fails as COLMAP does, or when the scene is cancelled; if they can't be matched, it only
   *     says so
   */
  CompletableFuture<StoredFeatures> run(SceneSource scene, ContentKey found, ColmapTask colmap) {
    ContentKey matched = matched(found);
    if (store.use(matched).isPresent()) {
      return CompletableFuture.completedFuture(StoredFeatures.matched(matched));
    }
    CompletableFuture<Boolean> features =
        store.use(found).isPresent()
            ? CompletableFuture.completedFuture(true)
            : jobs.run(scene, Stage.SFM, "Finding the features of", new FindFeatures(colmap))
                .thenApply(TaskOutcome::orThrow);
    return features.thenCompose(done -> match(scene, found, matched));
  }

  private CompletableFuture<StoredFeatures> match(
      SceneSource scene, ContentKey found, ContentKey matched) {
    MatchFeatures work =
        new MatchFeatures(
            store.place(),
            found,
            matched,
            config.sfm(),
            gpu,
            config.train().gpu().trainersPerDevice());
    return jobs.run(scene, Stage.FEATURES, "Matching the features of", work)
        .handle(
            (outcome, failure) -> {
              if (failure == null && outcome.isDone()) {
                return StoredFeatures.matched(matched);
              }
              if (jobs.isCancelled(scene.id())) {
                throw new CancellationException();
              }
              return failure == null
                  ? unmatched(scene, found, outcome.verdict(), outcome.detail())
                  : unmatched(scene, found, Verdict.INTERNAL, sentence(scene, failure));
            });
  }

  private static StoredFeatures unmatched(
      SceneSource scene, ContentKey found, Verdict verdict, String why) {
    LOG.warn("scene {}: COLMAP matches its features: {}", scene.id(), why);
    return new StoredFeatures(
        found, verdict == Verdict.TOOL_INCOMPATIBLE ? verdict : Verdict.INTERNAL, why);
  }

  private static String sentence(SceneSource scene, Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof SceneException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why =
        cause instanceof SceneException
            ? cause.getMessage()
            : cause.toString().lines().findFirst().orElse("");
    return "Cannot match scene %s on the GPU: %s".formatted(scene.id(), why);
  }

  /**
   * The key of the features of photographs.
   *
   * @param colmap its version
   */
  static ContentKey key(
      Configuration configuration, String fingerprint, boolean frames, String colmap) {
    return new ContentKey(
        Stage.FEATURES.word(),
        VERSION,
        List.of(fingerprint, frames ? "frames" : "photographs"),
        StageSettings.SFM.of(configuration),
        "colmap " + colmap);
  }

  private static ContentKey matched(ContentKey found) {
    return new ContentKey(
        Stage.FEATURES.word(), VERSION, List.of(found.hash(), "matched"), Map.of(), "");
  }
}
