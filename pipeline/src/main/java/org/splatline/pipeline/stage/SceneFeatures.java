package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Has a scene's features found and matched by a GPU of another executor than COLMAP's. Where it
 * can't or mustn't find them, COLMAP does, and a GPU only matches them. None holds a GPU while
 * COLMAP runs.
 */
final class SceneFeatures {
  private static final Logger LOG = LoggerFactory.getLogger(SceneFeatures.class);

  /** Raised when the same photographs give other features or other matches. */
  private static final int VERSION = 2;

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
   * Why a GPU has not done its part.
   *
   * @param isAbsent whether the executors that train are no use, so that none is asked again
   */
  private record Refusal(SceneException why, boolean isAbsent) {}

  /**
   * Finds and matches the features, unless they are in the store.
   *
   * @param onGpu to keep what a GPU finds under its key: {@link #keyOnGpu}
   * @param colmap keeps what COLMAP finds under its key: {@link #key}
   * @return fails as COLMAP does, or when the scene is cancelled; if a GPU fails, it only says so
   */
  CompletableFuture<StoredFeatures> run(SceneSource scene, SceneFiles onGpu, ColmapTask colmap) {
    if (!config.sfm().findsOnGpu()) {
      return byColmap(scene, colmap, Optional.empty());
    }
    if (store.use(onGpu.key()).isPresent()) {
      return CompletableFuture.completedFuture(StoredFeatures.matched(onGpu.key(), ""));
    }
    FindFeaturesOnGpu work = new FindFeaturesOnGpu(onGpu, config.sfm(), gpu, perGpu());
    return jobs.run(scene, Stage.FEATURES, "Finding and matching the features of", work)
        .handle((outcome, failure) -> refusal(scene, outcome, failure))
        .thenCompose(
            refusal ->
                refusal.isEmpty()
                    ? CompletableFuture.completedFuture(StoredFeatures.matched(onGpu.key(), ""))
                    : byColmap(scene, colmap, refusal));
  }

  /**
   * @param refusal why COLMAP finds them; empty: no GPU was to
   */
  private CompletableFuture<StoredFeatures> byColmap(
      SceneSource scene, ColmapTask colmap, Optional<Refusal> refusal) {
    String why = refusal.map(of -> of.why().getMessage()).orElse("");
    if (!why.isEmpty()) {
      LOG.warn("scene {}: COLMAP finds its features: {}", scene.id(), why);
    }
    ContentKey found = colmap.files().key();
    ContentKey matched = matched(found);
    if (store.use(matched).isPresent()) {
      return CompletableFuture.completedFuture(StoredFeatures.matched(matched, why));
    }
    CompletableFuture<Boolean> features =
        store.use(found).isPresent()
            ? CompletableFuture.completedFuture(true)
            : jobs.run(scene, Stage.SFM, "Finding the features of", new FindFeatures(colmap))
                .thenApply(TaskOutcome::orThrow);
    if (!config.sfm().matchesOnGpu()) {
      return features.thenApply(done -> StoredFeatures.matched(found, why));
    }
    return refusal
        .filter(Refusal::isAbsent)
        .map(of -> features.thenApply(done -> unmatched(scene, found, of.why(), why)))
        .orElseGet(() -> features.thenCompose(done -> match(scene, found, matched, why)));
  }

  private CompletableFuture<StoredFeatures> match(
      SceneSource scene, ContentKey found, ContentKey matched, String why) {
    MatchFeatures work =
        new MatchFeatures(store.place(), found, matched, config.sfm(), gpu, perGpu());
    return jobs.run(scene, Stage.FEATURES, "Matching the features of", work)
        .handle((outcome, failure) -> refusal(scene, outcome, failure))
        .thenApply(
            refusal ->
                refusal
                    .map(of -> unmatched(scene, found, of.why(), why))
                    .orElseGet(() -> StoredFeatures.matched(matched, why)));
  }

  private int perGpu() {
    return config.train().gpu().trainersPerDevice();
  }

  /** Why a GPU has not done its part; empty: it has. Throws if the scene was cancelled. */
  private Optional<Refusal> refusal(
      SceneSource scene, TaskOutcome<Boolean> outcome, Throwable failure) {
    if (failure == null && outcome.isDone()) {
      return Optional.empty();
    }
    if (jobs.isCancelled(scene.id())) {
      throw new CancellationException();
    }
    return Optional.of(
        failure == null
            ? new Refusal(
                new SceneException(outcome.verdict(), outcome.detail()),
                outcome.verdict() == Verdict.INTERNAL)
            : new Refusal(
                new SceneException(Verdict.INTERNAL, sentence(scene, failure), failure), false));
  }

  private static StoredFeatures unmatched(
      SceneSource scene, ContentKey found, SceneException refusal, String why) {
    LOG.warn("scene {}: COLMAP matches its features: {}", scene.id(), refusal.getMessage());
    return new StoredFeatures(
        found,
        refusal.verdict() == Verdict.TOOL_INCOMPATIBLE
            ? Verdict.TOOL_INCOMPATIBLE
            : Verdict.INTERNAL,
        refusal.getMessage(),
        why);
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
    return "Cannot use a GPU for scene %s: %s".formatted(scene.id(), why);
  }

  /** The key of the features that a GPU finds and matches. COLMAP has no part in them. */
  static ContentKey keyOnGpu(Configuration configuration, String fingerprint) {
    return new ContentKey(
        Stage.FEATURES.word(),
        VERSION,
        List.of(fingerprint, "on a GPU"),
        StageSettings.SFM.of(configuration),
        "");
  }

  /**
   * The key of the features that COLMAP finds.
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
