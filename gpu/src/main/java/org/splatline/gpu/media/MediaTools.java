package org.splatline.gpu.media;

import java.io.IOException;

/** The programs of this host that decode what Java cannot. */
public final class MediaTools {
  private MediaTools() {}

  /** Their versions, for a key: {@code ffmpeg 5.1.6, libheif 1.15.1}. */
  public static String versions(VideoConfig config) throws IOException, InterruptedException {
    return new VideoTool(config).version().orElse("no ffmpeg")
        + ", "
        + new HeicTool(config.memory()).version().orElse("no libheif");
  }
}
