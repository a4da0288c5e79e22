package org.splatline.pipeline.stage;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;

/**
 * The version of COLMAP in a run: that of the executor which is asked first. The driver may have
 * none. Each executor compares its own with it before it reconstructs a scene. Thread-safe.
 */
public final class RunColmap {
  private final SceneJobs jobs;
  private final SfmConfig config;
  private volatile String version; // null: not known yet

  public RunColmap(SceneJobs jobs, SfmConfig config) {
    this.jobs = jobs;
    this.config = config;
  }

  /**
   * The version. The scenes of a run ask for it in jobs of their own until one has the answer.
   *
   * @return fails with a {@link SceneException} TOOL_MISSING or TOOL_INCOMPATIBLE
   */
  CompletableFuture<String> version(SceneSource scene) {
    return version != null
        ? CompletableFuture.completedFuture(version)
        : jobs.run(scene, Stage.SFM, "Asking for the version of COLMAP for", new AskVersion(config))
            .thenApply(outcome -> firstAnswer(outcome.orThrow()));
  }

  private synchronized String firstAnswer(String answer) {
    if (version == null) {
      version = answer;
    }
    return version;
  }

  /** The version for the tables; {@code none} where no scene needed it or it cannot be used. */
  public String nameOrNone() {
    return version == null ? "none" : version;
  }

  /** The task's work, on an executor. */
  private record AskVersion(SfmConfig config) implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) throws IOException, InterruptedException {
      return TaskOutcome.done(new SfmStage(config).colmapVersion());
    }
  }
}
