package org.splatline.gpu.scene.colmap;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a model as COLMAP's .txt files, for people and scripts. Like {@link ColmapBinaryWriter},
 * it writes neither features nor tracks. COLMAP reads a name only up to its first blank from these.
 */
public final class ColmapTextWriter {
  private ColmapTextWriter() {}

  /** Writes three files into {@code folder}, which is made when absent. */
  public static void write(ColmapModel model, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (PrintWriter out = open(folder.resolve("cameras.txt"))) {
      out.print("# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n");
      for (Map.Entry<Integer, ColmapCamera> entry : new TreeMap<>(model.cameras()).entrySet()) {
        ColmapCamera camera = entry.getValue();
        out.printf(
            "%d %s %d %d%s\n",
            entry.getKey(),
            camera.model(),
            camera.width(),
            camera.height(),
            numbers(camera.params()));
      }
    }
    try (PrintWriter out = open(folder.resolve("images.txt"))) {
      out.print(
          "# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME, then a line of features\n");
      for (ColmapImage image : model.images()) {
        out.printf(
            "%d%s%s %d %s\n\n",
            image.id(),
            numbers(image.quaternion()),
            numbers(image.translation()),
            image.cameraId(),
            image.name());
      }
    }
    try (PrintWriter out = open(folder.resolve("points3D.txt"))) {
      out.print("# POINT3D_ID, X, Y, Z, R, G, B, ERROR, then its track\n");
      ColmapPoints points = model.points();
      for (int i = 0; i < points.size(); i++) {
        StringBuilder line = new StringBuilder().append(i + 1);
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          line.append(' ').append(points.positions()[c]);
        }
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          line.append(' ').append(Byte.toUnsignedInt(points.colors()[c]));
        }
        out.print(line.append(' ').append(points.errors()[i]).append('\n'));
      }
    }
  }

  private static String numbers(double[] values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(' ').append(value);
    }
    return text.toString();
  }

  private static PrintWriter open(Path file) throws IOException {
    return new PrintWriter(Files.newBufferedWriter(file));
  }
}
