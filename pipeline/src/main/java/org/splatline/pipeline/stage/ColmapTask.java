package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/**
 * How a task runs COLMAP on a scene's photographs. When COLMAP has too little memory it runs again
 * with half the threads, until it has only one.
 *
 * @param colmapVersion the run's; another one on this machine is refused
 * @param mostThreads of COLMAP, besides the limit of the task's cores
 * @param logs where COLMAP's output goes when it fails
 */
record ColmapTask(
    SceneFiles files, SfmConfig config, String colmapVersion, int mostThreads, Place logs)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ColmapTask.class);
  private static final String FAILED_LOGS = "sfm-" + Reconstructed.LOGS;

  /** One try. */
  interface Try<T> {
    /**
     * @param config with the threads of this try
     * @param photographs as COLMAP gets them
     * @param work the folder in which COLMAP works
     */
    T run(SfmConfig config, Path photographs, Path work) throws IOException, InterruptedException;
  }

  /** An executor holds its cores whatever COLMAP uses; with a local master it has none. */
  int cores(int reserved, boolean isLocal) {
    return isLocal ? threads(reserved, true) : reserved;
  }

  /** The cores of the calling JVM's tasks. */
  int cores(int reserved) {
    return cores(reserved, SparkJvm.current().host().isDriver());
  }

  /** The task's cores; with a local master, where a task has no cores of its own, as configured. */
  int threads(int reserved, boolean isLocal) {
    int cores = config.effectiveThreads();
    if (!isLocal) {
      cores = config.threads() == 0 ? reserved : Math.min(config.threads(), reserved);
    }
    return Math.max(1, Math.min(cores, mostThreads));
  }

  /**
   * Fetches the photographs and runs COLMAP in a folder that is deleted afterwards. Throws the
   * {@link SceneException} of the last try, whose logs it keeps.
   */
  <T> T run(SceneSource scene, Try<T> what) throws IOException, InterruptedException {
    int threads = threads(TaskContext.get().cpus(), SparkJvm.current().host().isDriver());
    checkVersion(scene, new SfmStage(config).colmapVersion());
    try (LocalFolder photographs = files.forColmap(scene);
        LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
      try {
        return run(scene, what, photographs.path(), work.path(), threads);
      } catch (SceneException e) {
        LOG.info("scene {}: {}", scene.id(), e.verdict(), e);
        keepLogs(work.path().resolve(Reconstructed.LOGS));
        throw e;
      }
    }
  }

  private <T> T run(SceneSource scene, Try<T> what, Path photographs, Path work, int threads)
      throws IOException, InterruptedException {
    for (int number = threads; ; number /= 2) {
      try {
        return what.run(config.withThreads(number), photographs, work);
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

  private void checkVersion(SceneSource scene, String here) {
    if (!here.equals(colmapVersion)) {
      throw new SceneException(
          Verdict.TOOL_INCOMPATIBLE,
          "Cannot reconstruct scene %s: COLMAP is %s on %s, and %s on the executor that this run asked first. Install the same version on all nodes"
              .formatted(scene.id(), here, SparkJvm.current().host().name(), colmapVersion));
    }
  }

  private void keepLogs(Path folder) {
    if (Files.isDirectory(folder)) {
      Location.open(logs, SceneWork.hadoop()).upload(folder, FAILED_LOGS);
    }
  }
}
