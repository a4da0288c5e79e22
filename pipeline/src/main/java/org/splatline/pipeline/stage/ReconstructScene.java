package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.sfm.SfmConfig;
import org.splatline.pipeline.sfm.SfmHints;
import org.splatline.pipeline.sfm.SfmListener;
import org.splatline.pipeline.sfm.SfmReport;
import org.splatline.pipeline.sfm.SfmResult;
import org.splatline.pipeline.sfm.SfmStage;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/**
 * The task's work on a folder of photographs: COLMAP finds the cameras.
 *
 * @param logs where COLMAP's output goes when it fails
 */
record ReconstructScene(SceneFiles files, SfmConfig config, Place logs)
    implements SceneWork<Reconstructed> {
  private static final Logger LOG = LoggerFactory.getLogger(ReconstructScene.class);
  private static final String FAILED_LOGS = "sfm-" + Reconstructed.LOGS;

  @Override
  public TaskOutcome<Reconstructed> work(SceneSource scene)
      throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.SFM, "sfm");
    Listener listener = new Listener(scene);
    try (LocalFolder photographs = files.forColmap(scene);
        LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
      try {
        SfmResult result =
            new SfmStage(config)
                .reconstruct(scene.id(), photographs.path(), hints(), work.path(), listener);
        result.writeTo(result.sceneFolder().resolve(Reconstructed.COUNTS));
        Files.move(
            work.path().resolve(Reconstructed.LOGS),
            result.sceneFolder().resolve(Reconstructed.LOGS));
        Optional<Artifact> other = files.keep(scene, result.sceneFolder());
        return TaskOutcome.done(
            other.isPresent()
                ? Reconstructed.read(other.get())
                : Reconstructed.byColmap(result, listener.report));
      } catch (SceneException e) {
        LOG.info("scene {}: {}", scene.id(), e.verdict(), e);
        keepLogs(work.path().resolve(Reconstructed.LOGS));
        return TaskOutcome.refused(e, Reconstructed.failed(listener.report));
      }
    }
  }

  private SfmHints hints() {
    return new SfmHints(
        files.manifest().frames(), Georeferencing.positions(files.manifest()).size());
  }

  private void keepLogs(Path folder) {
    if (Files.isDirectory(folder)) {
      Location.open(logs, SceneWork.hadoop()).upload(folder, FAILED_LOGS);
    }
  }

  /** Sends progress to the driver and keeps the report. */
  private static final class Listener implements SfmListener {
    private final SceneSource scene;
    private SfmReport report; // null: COLMAP has not got to mapping

    Listener(SceneSource scene) {
      this.scene = scene;
    }

    @Override
    public void onProgress(String command, int done, int total) {
      SceneWork.show(scene, Stage.SFM, "sfm %s %d/%d".formatted(command, done, total));
    }

    @Override
    public void onReport(SfmReport how) {
      report = how;
    }
  }
}
