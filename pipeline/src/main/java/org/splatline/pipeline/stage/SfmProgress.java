package org.splatline.pipeline.stage;

import org.splatline.gpu.sfm.SfmListener;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;

/** Sends a task's progress to the driver and keeps the report. */
final class SfmProgress implements SfmListener {
  private final SceneSource scene;
  private final Stage stage;
  private SfmReport report; // null: COLMAP has not got to mapping

  SfmProgress(SceneSource scene, Stage stage) {
    this.scene = scene;
    this.stage = stage;
  }

  @Override
  public void onProgress(String command, int done, int total) {
    SceneWork.show(scene, stage, "%s %s %d/%d".formatted(stage.word(), command, done, total));
  }

  @Override
  public void onReport(SfmReport how) {
    report = how;
  }

  /** How COLMAP went; null: it has not got to mapping. */
  SfmReport report() {
    return report;
  }
}
