package org.splatline.gpu.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.train.TrainListener;
import org.splatline.gpu.train.TrainingPoint;

/**
 * Shows the progress of a training: in a terminal one line that is rewritten, else a new line at
 * intervals.
 */
public final class ProgressLine implements TrainListener {
  private final String scene;
  private final PrintStream out;
  private final boolean live;
  private final long everyNanos;
  private long printedNanos = System.nanoTime();

  private ProgressLine(String scene, PrintStream out, boolean live, Duration every) {
    this.scene = scene;
    this.out = out;
    this.live = live;
    this.everyNanos = every.toNanos();
  }

  /** Prints to standard error. The start script sets a system property if that is a terminal. */
  static ProgressLine toStandardError(String scene, Duration every) {
    return new ProgressLine(scene, System.err, Boolean.getBoolean("splatline.terminal"), every);
  }

  @Override
  public void onResume(int step) {
    out.printf("scene %s: resumes after step %d%n", PlainText.line(scene), step);
  }

  @Override
  public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
    boolean last = point.step() == steps;
    if (live) {
      out.print("\r\u001b[K" + text(scene, point, steps, deviceBytes) + (last ? "\n" : ""));
      out.flush();
    } else if (last || System.nanoTime() - printedNanos >= everyNanos) {
      printedNanos = System.nanoTime();
      out.println(text(scene, point, steps, deviceBytes));
    }
  }

  /** The line. It leaves out {@code deviceBytes} if they are negative. */
  public static String text(String scene, TrainingPoint point, int steps, long deviceBytes) {
    double left = (steps - point.step()) / Math.max(1e-9, point.stepsPerSecond());
    return String.format(
        Locale.ROOT,
        "scene %s train step %d/%d phase %d (1/%s): loss %.4f, %.2f dB train, %,d Gaussians, %.1f"
            + " steps/s, ETA %s%s",
        PlainText.line(scene),
        point.step(),
        steps,
        point.phase(),
        trimmed(1 / point.scale()),
        point.loss(),
        point.trainPsnr(),
        point.gaussians(),
        point.stepsPerSecond(),
        time(left),
        deviceBytes < 0 ? "" : ", " + Bytes.text(deviceBytes) + " on the GPU");
  }

  private static String trimmed(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  /** Such as {@code 12:30 min}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
