package org.splatline.pipeline.stage;

import java.nio.file.Path;
import org.splatline.gpu.cli.ProgressLine;
import org.splatline.gpu.train.TrainListener;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.TaskHost;

/**
 * Sends a training's progress to the driver, and passes requests to stop or to write a checkpoint
 * on to the training.
 */
final class TrainingReporter implements TrainListener {
  private final SceneSource scene;
  private final StoredCheckpoints checkpoints;
  private final TaskHost host = SparkJvm.current().host();
  private int noticesSeen = host.notices();
  private int resumes;

  TrainingReporter(SceneSource scene, StoredCheckpoints checkpoints) {
    this.scene = scene;
    this.checkpoints = checkpoints;
  }

  @Override
  public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
    host.send(
        new SceneBeat(
            scene.runId(),
            scene.id(),
            Stage.TRAIN,
            ProgressLine.text(scene.id(), point, steps, deviceBytes),
            "",
            SceneBeat.Training.of(point, steps, deviceBytes)));
  }

  @Override
  public boolean isCancelled() {
    return SceneWork.isCancelled();
  }

  /** True once for each notice that the machine will be taken away. */
  @Override
  public boolean wantsCheckpoint() {
    int notices = host.notices();
    boolean isNew = notices > noticesSeen;
    noticesSeen = notices;
    return isNew;
  }

  @Override
  public void onResume(int step) {
    resumes = checkpoints.countResume();
  }

  /** How often this training has continued from a checkpoint, in earlier tries too. */
  int resumes() {
    return resumes;
  }

  @Override
  public void onCheckpoint(int step, Path file) {
    checkpoints.keep(file);
  }
}
