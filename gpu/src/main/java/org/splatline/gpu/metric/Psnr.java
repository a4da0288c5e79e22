package org.splatline.gpu.metric;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.picture.FloatImage;

/** Peak signal-to-noise ratio, dB, peak 1. */
public final class Psnr {
  /** The value for equal images, whose ratio is infinite. */
  static final double MAX_DB = 100;

  private Psnr() {}

  /** PSNR over all pixels and channels, at most 100 dB. {@code rendered} is clamped to [0, 1]. */
  public static double of(FloatImage rendered, FloatImage reference) {
    return of(rendered, reference, rendered.width() * rendered.height());
  }

  /** PSNR over {@code counted} pixels; both images must be equal at all other pixels. */
  public static double of(FloatImage rendered, FloatImage reference, int counted) {
    checkSameSize(rendered, reference);
    float[] a = rendered.rgb();
    float[] b = reference.rgb();
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = clamped(a[i]) - b[i];
      squares += difference * difference;
    }
    return squares == 0 ? MAX_DB : Math.min(MAX_DB, -10 * Math.log10(squares / (3.0 * counted)));
  }

  static double clamped(float value) {
    return Math.max(0, Math.min(1, value));
  }

  static void checkSameSize(FloatImage a, FloatImage b) {
    checkArgument(
        a.width() == b.width() && a.height() == b.height() && a.rgb().length > 0,
        "Invalid images to compare: %s x %s and %s x %s px",
        a.width(),
        a.height(),
        b.width(),
        b.height());
  }
}
