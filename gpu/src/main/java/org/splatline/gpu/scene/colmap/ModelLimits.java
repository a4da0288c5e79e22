package org.splatline.gpu.scene.colmap;

import java.nio.file.Path;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** How much a model may hold, so that its memory is bounded: about 1 GB. */
final class ModelLimits {
  /** Cameras, and images. */
  static final int IMAGES = 100_000;

  static final int POINTS = 10_000_000;

  /** Entries of all tracks together. */
  static final int TRACK_ENTRIES = 60_000_000;

  private ModelLimits() {}

  /**
   * Throws {@link SceneException} TOO_LARGE when a file has more than {@code most} of something.
   */
  static void check(Path file, String what, long count, int most) {
    if (count > most) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot read %s: it has %d %s, at most %d are read. Give a smaller model, or the photographs alone."
              .formatted(file, count, what, most));
    }
  }
}
