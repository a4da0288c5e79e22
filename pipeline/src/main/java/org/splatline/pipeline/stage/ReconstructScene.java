package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmHints;
import org.splatline.gpu.sfm.SfmResult;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.TaskDevice;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/**
 * The task's work on a folder of photographs: COLMAP finds the cameras.
 *
 * @param gpu the device that a task in the driver may use
 * @param features found before; null: this finds them
 */
record ReconstructScene(ColmapTask colmap, GpuConfig gpu, StoredFeatures features)
    implements SceneWork<Reconstructed> {
  @Override
  public ExecutorKind executors() {
    return ExecutorKind.SFM;
  }

  @Override
  public int cores(int reserved) {
    return colmap.cores(reserved);
  }

  @Override
  public TaskOutcome<Reconstructed> work(SceneSource scene)
      throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.SFM, "sfm");
    SfmProgress progress = new SfmProgress(scene, Stage.SFM);
    try (LocalFolder found = features == null ? null : fetch()) {
      return colmap.run(
          scene,
          (config, photographs, work) -> {
            SfmResult result = reconstruct(scene, config, photographs, found, work, progress);
            return TaskOutcome.done(keep(scene, result, work, progress));
          });
    } catch (SceneException e) {
      return TaskOutcome.refused(e, Reconstructed.failed(progress.report()));
    }
  }

  private LocalFolder fetch() {
    return Store.open(colmap.files().store(), SceneWork.hadoop())
        .find(features.key())
        .orElseThrow()
        .fetch();
  }

  /**
   * @param found a folder of features; null: there are none
   */
  private SfmResult reconstruct(
      SceneSource scene,
      SfmConfig config,
      Path photographs,
      LocalFolder found,
      Path work,
      SfmProgress progress)
      throws IOException, InterruptedException {
    return found == null
        ? new SfmStage(config, matchers())
            .reconstruct(scene.id(), photographs, hints(), work, progress)
        : new SfmStage(config)
            .reconstruct(
                scene.id(), photographs, features.in(found.path()), hints(), work, progress);
  }

  private Reconstructed keep(SceneSource scene, SfmResult result, Path work, SfmProgress progress)
      throws IOException {
    result.writeTo(result.sceneFolder().resolve(Reconstructed.COUNTS));
    Files.move(work.resolve(Reconstructed.LOGS), result.sceneFolder().resolve(Reconstructed.LOGS));
    Optional<Artifact> other = colmap.files().keep(scene, result.sceneFolder());
    return other.isPresent()
        ? Reconstructed.read(other.get())
        : Reconstructed.byColmap(result, progress.report());
  }

  /** On one machine, the GPU that trains. An executor for COLMAP has none. */
  private GpuMatchers matchers() {
    return TaskDevice.isOffered()
        ? new TaskMatchers(gpu)
        : GpuMatchers.absent(
            "%s has no GPU for the tasks of COLMAP".formatted(SparkJvm.current().host().name()));
  }

  private SfmHints hints() {
    return new SfmHints(
        colmap.files().manifest().frames(),
        Georeferencing.positions(colmap.files().manifest()).size());
  }
}
