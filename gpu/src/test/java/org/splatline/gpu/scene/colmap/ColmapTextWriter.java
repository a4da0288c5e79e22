package org.splatline.gpu.scene.colmap;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes a model as COLMAP's .txt files. A {@link ColmapModel} does not know which feature sees
 * which point, so images are written without features and points without tracks, which COLMAP
 * accepts.
 */
public final class ColmapTextWriter {
  private ColmapTextWriter() {}

  /** Writes three files into {@code folder}, which is made when absent. */
  public static void write(ColmapModel model, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("cameras.txt"))) {
      for (var entry : new TreeMap<>(model.cameras()).entrySet()) {
        ColmapCamera camera = entry.getValue();
        line(
            out,
            entry.getKey(),
            camera.model(),
            camera.width(),
            camera.height(),
            joined(camera.params()));
      }
    }
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("images.txt"))) {
      for (ColmapImage image : model.images()) {
        line(
            out,
            image.id(),
            joined(image.quaternion()),
            joined(image.translation()),
            image.cameraId(),
            image.name());
        line(out); // no features
      }
    }
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("points3D.txt"))) {
      writePoints(model.points(), out);
    }
  }

  private static void writePoints(ColmapPoints points, BufferedWriter out) throws IOException {
    for (int i = 0; i < points.size(); i++) {
      line(
          out,
          i + 1,
          joined(Arrays.copyOfRange(points.positions(), 3 * i, 3 * i + 3)),
          points.colors()[3 * i] & 0xff,
          points.colors()[3 * i + 1] & 0xff,
          points.colors()[3 * i + 2] & 0xff,
          points.errors()[i]);
    }
  }

  private static String joined(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private static void line(BufferedWriter out, Object... fields) throws IOException {
    out.write(Arrays.stream(fields).map(String::valueOf).collect(Collectors.joining(" ")));
    out.write('\n');
  }
}
