package org.splatline.gpu.synthetic;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * Exact cameras and points as a COLMAP text model: {@code cameras.txt}, {@code images.txt}, {@code
 * points3D.txt}. All cameras share the intrinsics of the first.
 */
record KnownModel(List<String> names, List<Camera> cameras, SurfacePoints surface) {

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    writeCameras(folder.resolve("cameras.txt"));
    List<StringBuilder> observations = new ArrayList<>();
    int[] observed = new int[cameras.size()];
    for (int i = 0; i < cameras.size(); i++) {
      observations.add(new StringBuilder());
    }
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("points3D.txt"))) {
      for (int i = 0; i < surface.points().size(); i++) {
        writePoint(out, i + 1, surface.points().get(i), observations, observed);
      }
    }
    writeImages(folder.resolve("images.txt"), observations);
  }

  private void writeCameras(Path file) throws IOException {
    Intrinsics k = cameras.get(0).intrinsics();
    Files.writeString(
        file,
        line(
            "1 PINHOLE %d %d %.17g %.17g %.17g %.17g%n",
            k.width(), k.height(), k.fx(), k.fy(), k.cx(), k.cy()));
  }

  /**
   * Writes a point, and adds it to the lines of the images that see it: its track refers to them.
   */
  private static void writePoint(
      BufferedWriter out,
      int id,
      SurfacePoints.Point point,
      List<StringBuilder> observations,
      int[] observed)
      throws IOException {
    Vec p = point.position();
    out.write(
        line(
            "%d %.9f %.9f %.9f %d %d %d 0",
            id,
            p.x(),
            p.y(),
            p.z(),
            eightBits(point.color().x()),
            eightBits(point.color().y()),
            eightBits(point.color().z())));
    for (SurfacePoints.Observation seen : point.track()) {
      int view = seen.viewIndex();
      observations.get(view).append(line("%.4f %.4f %d ", seen.u(), seen.v(), id));
      out.write(line(" %d %d", view + 1, observed[view]++));
    }
    out.newLine();
  }

  private static int eightBits(double linear) {
    return (int) Math.round(255 * Film.srgb(Math.min(1, linear)));
  }

  private void writeImages(Path file, List<StringBuilder> observations) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < cameras.size(); i++) {
        double[] q = quaternion(cameras.get(i).rotation());
        double[] t = cameras.get(i).translation();
        out.write(
            line(
                "%d %.17g %.17g %.17g %.17g %.17g %.17g %.17g 1 %s%n",
                i + 1, q[0], q[1], q[2], q[3], t[0], t[1], t[2], names.get(i)));
        out.write(observations.get(i).toString().strip());
        out.newLine();
      }
    }
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * The quaternion wxyz of a rotation matrix. It starts from the largest component, to never divide
   * by almost 0.
   */
  static double[] quaternion(double[] r) {
    double trace = r[0] + r[4] + r[8];
    if (trace > 0) {
      double s = 2 * Math.sqrt(1 + trace);
      return new double[] {s / 4, (r[7] - r[5]) / s, (r[2] - r[6]) / s, (r[3] - r[1]) / s};
    }
    if (r[0] > r[4] && r[0] > r[8]) {
      double s = 2 * Math.sqrt(1 + r[0] - r[4] - r[8]);
      return new double[] {(r[7] - r[5]) / s, s / 4, (r[1] + r[3]) / s, (r[2] + r[6]) / s};
    }
    if (r[4] > r[8]) {
      double s = 2 * Math.sqrt(1 + r[4] - r[0] - r[8]);
      return new double[] {(r[2] - r[6]) / s, (r[1] + r[3]) / s, s / 4, (r[5] + r[7]) / s};
    }
    double s = 2 * Math.sqrt(1 + r[8] - r[0] - r[4]);
    return new double[] {(r[3] - r[1]) / s, (r[2] + r[6]) / s, (r[5] + r[7]) / s, s / 4};
  }
}
