package org.splatline.pipeline.stage;

import java.io.IOException;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmFeatures;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/**
 * The task's work on a scene's features, on an executor with a GPU: it matches them. Both artifacts
 * are folders of {@link SfmFeatures}.
 *
 * @param found the artifact with the features
 * @param key of the artifact with features and matches
 * @param gpu of the task; serialisable
 * @param perGpu how many of these tasks share one GPU
 */
record MatchFeatures(
    Place store, ContentKey found, ContentKey key, SfmConfig config, GpuMatchers gpu, int perGpu)
    implements SceneWork<Boolean> {
  @Override
  public ExecutorKind executors() {
    return ExecutorKind.TRAIN;
  }

  @Override
  public TaskOutcome<Boolean> work(SceneSource scene) throws IOException {
    SceneWork.show(scene, Stage.FEATURES, "features");
    Store artifacts = Store.open(store, SceneWork.hadoop());
    if (artifacts.find(key).isEmpty()) { // else an earlier try, which was lost at its end, made it
      try (LocalFolder features = artifacts.find(found).orElseThrow().fetch();
          LocalFolder matched = LocalFolder.temporary(Stage.FEATURES.word())) {
        new SfmStage(config, gpu)
            .matchOnGpu(
                scene.id(),
                features.path(),
                matched.path(),
                new SfmProgress(scene, Stage.FEATURES));
        artifacts.keep(key, matched.path());
      }
    }
    return TaskOutcome.done(true);
  }
}
