package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmHints;
import org.splatline.gpu.sfm.SfmListener;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.sfm.SfmResult;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.TaskDevice;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/**
 * The task's work on a folder of photographs: COLMAP finds the cameras. When it has too little
 * memory it runs again with half the threads, until it has only one.
 *
 * @param gpu the device that a task in the driver may use
 * @param colmapVersion the run's; another one on this machine is refused
 * @param mostThreads of COLMAP, besides the limit of the task's cores
 * @param logs where COLMAP's output goes when it fails
 */
record ReconstructScene(
    SceneFiles files,
    SfmConfig config,
    GpuConfig gpu,
    String colmapVersion,
    int mostThreads,
    Place logs)
    implements SceneWork<Reconstructed> {
  private static final Logger LOG = LoggerFactory.getLogger(ReconstructScene.class);
  private static final String FAILED_LOGS = "sfm-" + Reconstructed.LOGS;

  @Override
  public ExecutorKind executors() {
    return ExecutorKind.SFM;
  }

  @Override
  public int cores(int reserved) {
    return cores(reserved, SparkJvm.current().host().isDriver());
  }

  /** An executor holds its cores whatever COLMAP uses; with a local master it has none. */
  int cores(int reserved, boolean isLocal) {
    return isLocal ? threads(reserved, true) : reserved;
  }

  /** The task's cores; with a local master, where a task has no cores of its own, as configured. */
  int threads(int reserved, boolean isLocal) {
    int cores = config.effectiveThreads();
    if (!isLocal) {
      cores = config.threads() == 0 ? reserved : Math.min(config.threads(), reserved);
    }
    return Math.max(1, Math.min(cores, mostThreads));
  }

  @Override
  public TaskOutcome<Reconstructed> work(SceneSource scene)
      throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.SFM, "sfm");
    int threads = threads(TaskContext.get().cpus(), SparkJvm.current().host().isDriver());
    checkVersion(scene, new SfmStage(config).colmapVersion());
    Listener listener = new Listener(scene);
    try (LocalFolder photographs = files.forColmap(scene);
        LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
      try {
        SfmResult result = reconstruct(scene, photographs.path(), work.path(), listener, threads);
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

  private SfmResult reconstruct(
      SceneSource scene, Path photographs, Path work, Listener listener, int threads)
      throws IOException, InterruptedException {
    for (int number = threads; ; number /= 2) {
      try {
        return new SfmStage(config.withThreads(number), matchers())
            .reconstruct(scene.id(), photographs, hints(), work, listener);
      } catch (SceneException e) {
        if (e.verdict() != Verdict.OUT_OF_MEMORY || number == 1) {
          throw e;
        }
        LOG.warn("scene {}: COLMAP is run again with half of {} threads", scene.id(), number, e);
        SceneWork.show(
            scene,
            Stage.SFM,
            "sfm again: COLMAP had too little memory for %d threads".formatted(number));
      }
    }
  }

  /** On one machine, the GPU that trains. An executor for COLMAP has none. */
  private GpuMatchers matchers() {
    return TaskDevice.isOffered()
        ? new TaskMatchers(gpu)
        : GpuMatchers.absent("%s has no GPU".formatted(SparkJvm.current().host().name()));
  }

  private void checkVersion(SceneSource scene, String here) {
    if (!here.equals(colmapVersion)) {
      throw new SceneException(
          Verdict.TOOL_INCOMPATIBLE,
          "Cannot reconstruct scene %s: COLMAP is %s on %s, and %s on the executor that this run asked first. Install the same version on all nodes"
              .formatted(scene.id(), here, SparkJvm.current().host().name(), colmapVersion));
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
