package org.splatline.gpu.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.format.TurntableConfig;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/** Writes a video that goes around a model, on the circle that its photographs were taken from. */
public final class Turntable {
  /** The name of its file among a scene's results. */
  public static final String FILE = "turntable.mp4";

  private static final int FRAMES_PER_SECOND = 30;

  private Turntable() {}

  /** Whether this host can write videos. */
  public static boolean isPossible() {
    return VideoWriter.isPossible();
  }

  /**
   * Renders and writes the video.
   *
   * @param cameras of the photographs
   * @param config its length and width
   * @param out an .mp4
   */
  public static void write(
      SplatModel model,
      RenderSettings settings,
      List<Camera> cameras,
      TurntableConfig config,
      Path out)
      throws IOException, InterruptedException {
    int frames = Math.max(1, (int) Math.round(config.seconds() * FRAMES_PER_SECOND));
    try (VideoWriter video = new VideoWriter(FRAMES_PER_SECOND)) {
      Intrinsics lens = lens(cameras.get(0).intrinsics(), config.width());
      for (Camera camera : new TurntablePath(cameras).cameras(lens, frames)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("while a turntable was rendered");
        }
        video.add(JpegWriter.quantized(clamped(model.render(camera, settings))));
      }
      video.write(out);
    }
  }

  /** Of the first photograph, reduced, with the principal point in the middle. */
  private static Intrinsics lens(Intrinsics full, int width) {
    int wide = Math.max(2, Math.min(width, full.width()));
    int high = Math.max(2, Math.round((float) full.height() * wide / full.width()));
    Intrinsics reduced = full.resized(wide, high);
    return new Intrinsics(wide, high, reduced.fx(), reduced.fy(), wide / 2.0, high / 2.0);
  }

  private static FloatImage clamped(FloatImage image) {
    float[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = Math.max(0, Math.min(1, rgb[i]));
    }
    return image;
  }
}
