package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.sfm.SfmReport;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;

/**
 * From photographs to a pinhole scene: by COLMAP, or with the cameras that the scene brings. The
 * artefact is a scene folder, with {@code sfm.json} and {@code logs/} where COLMAP ran.
 */
public final class ReconstructSceneJob {
  /** Raised when the same photographs give other cameras. */
  private static final int VERSION = 3;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final ColmapVersionCache colmap;

  public ReconstructSceneJob(
      SceneJobs jobs, Store store, PipelineConfig config, ColmapVersionCache colmap) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.colmap = colmap;
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
   * @param onReport receives how COLMAP went, also when this throws
   * @throws SceneException when there are too few photographs or no usable model
   */
  public Result run(
      SceneSource scene,
      IngestSceneJob.Result ingested,
      Location logs,
      Consumer<SfmReport> onReport) {
    Manifest manifest = ingested.manifest();
    boolean bringsModel = ingested.bringsModel();
    manifest.requirePhotographs(
        bringsModel ? config.train().train().minViews() : config.sfm().minImages());
    ContentKey key =
        bringsModel
            ? keyOfBrought(manifest.fingerprint())
            : key(config.effective(), manifest.fingerprint(), manifest.frames(), colmap.get());
    Optional<Artifact> known = store.find(key);
    Reconstructed found;
    if (known.isPresent()) {
      found = Reconstructed.read(known.get());
      passReport(found, onReport);
    } else {
      TaskOutcome<Reconstructed> outcome = reconstruct(scene, manifest, bringsModel, key, logs);
      passReport(outcome.result(), onReport);
      found = outcome.orThrow();
    }
    return new Result(
        key,
        Optional.ofNullable(found.cameras()),
        found.shortfall(),
        Optional.ofNullable(found.alignment()),
        known.isPresent());
  }

  private static void passReport(Reconstructed found, Consumer<SfmReport> onReport) {
    if (found != null && found.report() != null) {
      onReport.accept(found.report());
    }
  }

  private TaskOutcome<Reconstructed> reconstruct(
      SceneSource scene, Manifest manifest, boolean bringsModel, ContentKey key, Location logs) {
    SceneFiles files = new SceneFiles(store.place(), key, manifest, config.limits());
    return jobs.run(
        scene,
        Stage.SFM,
        "Finding the cameras of",
        bringsModel
            ? new CheckBroughtModel(
                files,
                new BroughtModel(
                    config.sfm(),
                    config.train().train().minPresentShare(),
                    config.train().train().minViews()))
            : new ReconstructScene(files, config.sfm(), logs.place()));
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

  private static ContentKey keyOfBrought(String fingerprint) {
    return new ContentKey(
        Stage.SFM.word(), VERSION, List.of(fingerprint, "brings a model"), Map.of(), "");
  }
}
