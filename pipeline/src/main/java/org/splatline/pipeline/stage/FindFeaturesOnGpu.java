package org.splatline.pipeline.stage;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmFeatures;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/**
 * The task's work on a folder of photographs, on an executor with a GPU and perhaps without COLMAP:
 * it finds the features and matches them. The artifact is a folder of {@link SfmFeatures}.
 *
 * @param files with the key of the artifact
 * @param gpu of the task; serialisable
 * @param perGpu how many of these tasks share one GPU
 */
record FindFeaturesOnGpu(SceneFiles files, SfmConfig config, GpuMatchers gpu, int perGpu)
    implements SceneWork<Boolean> {
  @Override
  public ExecutorKind executors() {
    return ExecutorKind.TRAIN;
  }

  @Override
  public TaskOutcome<Boolean> work(SceneSource scene) throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.FEATURES, "features");
    Store artifacts = Store.open(files.store(), SceneWork.hadoop());
    if (artifacts.find(files.key()).isEmpty()) { // else an earlier try, which was lost, made it
      try (LocalFolder photographs = files.forColmap(scene);
          LocalFolder found = LocalFolder.temporary(Stage.FEATURES.word())) {
        new SfmStage(config.withThreads(TaskContext.get().cpus()), gpu)
            .findOnGpu(
                scene.id(),
                photographs.path(),
                found.path(),
                new SfmProgress(scene, Stage.FEATURES));
        artifacts.keep(files.key(), found.path());
      }
    }
    return TaskOutcome.done(true);
  }
}
