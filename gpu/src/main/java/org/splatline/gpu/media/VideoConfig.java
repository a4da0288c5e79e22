package org.splatline.gpu.media;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;

/**
 * A scene that is one video: configuration {@code input.video}.
 *
 * @param frames the most frames that are kept, at least 1
 * @param spacing least motion between two kept frames, as a share of the picture's longer side, (0,
 *     1)
 * @param longest a longer video is refused
 * @param timeout of each command of ffmpeg and libheif
 * @param memory address space of each command, bytes
 */
public record VideoConfig(
    int frames, double spacing, Duration longest, Duration timeout, long memory)
    implements Serializable {
  private static final int MOST_FRAMES = 2000; // they are named on one command line
  private static final long LEAST_MEMORY = 1L << 28;

  public VideoConfig {
    checkArgument(
        1 <= frames && frames <= MOST_FRAMES,
        "Invalid input.video.frames: %s is not in [1, %s]",
        frames,
        MOST_FRAMES);
    checkArgument(
        0 < spacing && spacing < 1, "Invalid input.video.spacing: %s is not in (0, 1)", spacing);
    checkArgument(
        longest.toMillis() > 0, "Invalid input.video.longest: %s is not above 0", longest);
    checkArgument(
        timeout.toMillis() > 0, "Invalid input.video.timeout: %s is not above 0", timeout);
    checkArgument(
        memory >= LEAST_MEMORY,
        "Invalid input.video.memory: %s bytes is below %s",
        memory,
        LEAST_MEMORY);
  }
}
