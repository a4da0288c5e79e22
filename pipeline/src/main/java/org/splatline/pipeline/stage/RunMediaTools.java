package org.splatline.pipeline.stage;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.media.MediaTools;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;

/**
 * The versions of ffmpeg and libheif in a run: those of the executor that is asked first, as with
 * {@link RunColmap}. Thread-safe.
 */
final class RunMediaTools {
  private final SceneJobs jobs;
  private final VideoConfig config;
  private volatile String versions; // null: not known yet

  RunMediaTools(SceneJobs jobs, VideoConfig config) {
    this.jobs = jobs;
    this.config = config;
  }

  /** The versions. The scenes of a run ask in jobs of their own until one has the answer. */
  CompletableFuture<String> versions(SceneSource scene) {
    return versions != null
        ? CompletableFuture.completedFuture(versions)
        : jobs.run(
                scene,
                Stage.INGEST,
                "Asking for the versions of ffmpeg and libheif for",
                new AskVersions(config))
            .thenApply(outcome -> firstAnswer(outcome.orThrow()));
  }

  private synchronized String firstAnswer(String answer) {
    if (versions == null) {
      versions = answer;
    }
    return versions;
  }

  /** Throws TOOL_INCOMPATIBLE where this executor has other versions than the key says. */
  static void check(SceneSource scene, String expected, VideoConfig config)
      throws IOException, InterruptedException {
    String here = expected.isEmpty() ? "" : MediaTools.versions(config);
    if (!here.equals(expected)) {
      throw new SceneException(
          Verdict.TOOL_INCOMPATIBLE,
          "Cannot ingest scene %s: this executor has %s, and the one that this run asked first has %s. Install the same versions on all nodes"
              .formatted(scene.id(), here, expected));
    }
  }

  /** The task's work, on an executor. */
  private record AskVersions(VideoConfig config) implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) throws IOException, InterruptedException {
      return TaskOutcome.done(MediaTools.versions(config));
    }
  }
}
