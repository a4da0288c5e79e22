package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * The configuration under {@code export.turntable}: a video that goes around the model.
 *
 * @param when the video is written; never without ffmpeg
 * @param seconds its length, s
 * @param width px, at most that of the photographs
 */
public record TurntableConfig(When when, double seconds, int width) implements Serializable {
  /** No video. */
  public static final TurntableConfig NONE = new TurntableConfig(When.NEVER, 6, 1280);

  /** On which hosts a video is written. */
  public enum When {
    NEVER,
    /** Where a GPU renders it, in some seconds. */
    GPU,
    ALWAYS
  }

  public TurntableConfig {
    checkArgument(
        seconds > 0 && seconds <= 600,
        "Invalid export.turntable.seconds: %s is not above 0 and at most 600",
        seconds);
    checkArgument(
        width >= 16 && width <= 7680,
        "Invalid export.turntable.width: %s is not from 16 to 7680",
        width);
  }
}
