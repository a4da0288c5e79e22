package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;

/**
 * From photographs to a pinhole scene: by COLMAP, or with the cameras that the scene brings. The
 * artifact is a scene folder, with {@code sfm.json} and {@code logs/} where COLMAP ran.
 */
public final class ReconstructSceneJob {
  /** Raised when the same photographs give other cameras. */
  private static final int VERSION = 6;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final RunColmap colmap;
  private final Optional<SceneFeatures> onGpu;

  public ReconstructSceneJob(SceneJobs jobs, Store store, PipelineConfig config, RunColmap colmap) {
    this(
        jobs,
        store,
        config,
        colmap,
        jobs.hasGpuExecutors()
            ? Optional.of(new TaskMatchers(config.train().gpu()))
            : Optional.empty());
  }

  /**
   * @param gpu of a task on another executor than COLMAP's; empty: there is none
   */
  ReconstructSceneJob(
      SceneJobs jobs,
      Store store,
      PipelineConfig config,
      RunColmap colmap,
      Optional<GpuMatchers> gpu) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.colmap = colmap;
    this.onGpu =
        gpu.filter(any -> config.sfm().findsOnGpu() || config.sfm().matchesOnGpu())
            .map(matchers -> new SceneFeatures(jobs, store, config, matchers));
  }

  /**
   * A pinhole scene in the store.
   *
   * @param cameras empty: the scene brought its own
   * @param shortfall what its model lacks, one sentence; empty: nothing
   * @param alignment how well its photographs' GPS agrees with it; empty: it has no alignment
   * @param reused whether it was in the store already
   */
  public record Result(
      ContentKey key,
      Optional<CameraCounts> cameras,
      String shortfall,
      Optional<Alignment> alignment,
      boolean reused) {}

  /**
   * @param logs where COLMAP's output goes when it fails
   * @param onReport receives how COLMAP went, also when this fails
   * @return fails with a {@link SceneException} when there are too few photographs or no usable
   *     model
   */
  public CompletableFuture<Result> run(
      SceneSource scene,
      IngestSceneJob.Result ingested,
      Location logs,
      Consumer<SfmReport> onReport) {
    Manifest manifest = ingested.manifest();
    manifest.requirePhotographs(
        manifest.bringsModel() ? config.train().train().minViews() : config.sfm().minImages());
    if (manifest.bringsModel()) {
      ContentKey key = keyOfBrought(config.effective(), manifest.fingerprint());
      return run(
          scene,
          key,
          () -> CompletableFuture.completedFuture(checkBrought(ingested, key)),
          onReport);
    }
    return colmap
        .version(scene)
        .thenCompose(
            version -> {
              ContentKey key =
                  key(config.effective(), manifest.fingerprint(), manifest.frames(), version);
              return run(
                  scene, key, () -> reconstruct(scene, ingested, key, version, logs), onReport);
            });
  }

  private CompletableFuture<Result> run(
      SceneSource scene,
      ContentKey key,
      Supplier<CompletableFuture<SceneWork<Reconstructed>>> work,
      Consumer<SfmReport> onReport) {
    Optional<Artifact> known = store.use(key);
    if (known.isPresent()) {
      Reconstructed found = Reconstructed.read(known.get());
      passReport(found, onReport);
      return CompletableFuture.completedFuture(result(key, found, true));
    }
    return work.get()
        .thenCompose(task -> jobs.run(scene, Stage.SFM, "Finding the cameras of", task))
        .thenApply(
            outcome -> {
              passReport(outcome.result(), onReport);
              return result(key, outcome.orThrow(), false);
            });
  }

  private static Result result(ContentKey key, Reconstructed found, boolean reused) {
    return new Result(
        key,
        Optional.ofNullable(found.cameras()),
        found.shortfall(),
        Optional.ofNullable(found.alignment()),
        reused);
  }

  private static void passReport(Reconstructed found, Consumer<SfmReport> onReport) {
    if (found != null && found.report() != null) {
      onReport.accept(found.report());
    }
  }

  private SceneWork<Reconstructed> checkBrought(IngestSceneJob.Result ingested, ContentKey key) {
    return new CheckBroughtModel(
        files(ingested, key),
        new BroughtModel(
            config.sfm(),
            config.train().train().minPresentShare(),
            config.train().train().minViews()));
  }

  /**
   * Before the work that it returns, a GPU of another executor finds and matches features if there
   * is one.
   */
  private CompletableFuture<SceneWork<Reconstructed>> reconstruct(
      SceneSource scene,
      IngestSceneJob.Result ingested,
      ContentKey key,
      String version,
      Location logs) {
    int mostThreads =
        jobs.sfmThreads(scene, SfmStage.bytesPerThread(ingested.manifest().mostPixels()));
    ColmapTask task = task(ingested, key, version, mostThreads, logs);
    Manifest manifest = ingested.manifest();
    ContentKey ofGpu = SceneFeatures.keyOnGpu(config.effective(), manifest.fingerprint());
    ContentKey ofColmap =
        SceneFeatures.key(config.effective(), manifest.fingerprint(), manifest.frames(), version);
    return onGpu
        .map(
            features ->
                features.run(
                    scene,
                    files(ingested, ofGpu),
                    task(ingested, ofColmap, version, mostThreads, logs)))
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .thenApply(found -> new ReconstructScene(task, config.train().gpu(), found));
  }

  private ColmapTask task(
      IngestSceneJob.Result ingested,
      ContentKey key,
      String version,
      int mostThreads,
      Location logs) {
    return new ColmapTask(files(ingested, key), config.sfm(), version, mostThreads, logs.place());
  }

  private SceneFiles files(IngestSceneJob.Result ingested, ContentKey key) {
    return new SceneFiles(
        store.place(),
        key,
        ingested.key(),
        ingested.manifest(),
        config.limits(),
        config.input().video());
  }

  /**
   * @param colmap its version
   */
  static ContentKey key(
      Configuration configuration, String fingerprint, boolean frames, String colmap) {
    return new ContentKey(
        Stage.SFM.word(),
        VERSION,
        List.of(fingerprint, frames ? "frames" : "photographs"),
        StageSettings.SFM.of(configuration),
        "colmap " + colmap);
  }

  private static ContentKey keyOfBrought(Configuration configuration, String fingerprint) {
    return new ContentKey(
        Stage.SFM.word(),
        VERSION,
        List.of(fingerprint, "brings a model"),
        StageSettings.SFM.of(configuration),
        "");
  }
}
