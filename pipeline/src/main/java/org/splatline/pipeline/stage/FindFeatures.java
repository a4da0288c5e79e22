package org.splatline.pipeline.stage;

import java.io.IOException;
import org.splatline.gpu.sfm.SfmFeatures;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.store.Store;

/**
 * The task's work on a folder of photographs whose features a GPU of another executor will match:
 * COLMAP finds the features. The artifact is a folder of {@link SfmFeatures}.
 */
record FindFeatures(ColmapTask colmap) implements SceneWork<Boolean> {
  @Override
  public ExecutorKind executors() {
    return ExecutorKind.SFM;
  }

  @Override
  public int cores(int reserved) {
    return colmap.cores(reserved);
  }

  @Override
  public TaskOutcome<Boolean> work(SceneSource scene) throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.SFM, "sfm");
    SfmProgress progress = new SfmProgress(scene, Stage.SFM);
    Store store = Store.open(colmap.files().store(), SceneWork.hadoop());
    return colmap.run(
        scene,
        (config, photographs, work) -> {
          store.keep(
              colmap.files().key(),
              new SfmStage(config).findFeatures(scene.id(), photographs, work, progress));
          return TaskOutcome.done(true);
        });
  }
}
