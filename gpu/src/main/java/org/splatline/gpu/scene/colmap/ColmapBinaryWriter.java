package org.splatline.gpu.scene.colmap;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a model as COLMAP's .bin files. Its .txt files do not allow spaces in names. A {@link
 * ColmapModel} does not know which feature sees which point, so images are written without features
 * and points without tracks, which COLMAP accepts.
 */
public final class ColmapBinaryWriter {
  private ColmapBinaryWriter() {}

  /** Writes three files into {@code folder}, which is made when absent. */
  public static void write(ColmapModel model, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (DataOutputStream out = open(folder.resolve("cameras.bin"))) {
      writeCameras(new TreeMap<>(model.cameras()), out);
    }
    try (DataOutputStream out = open(folder.resolve("images.bin"))) {
      int64(out, model.images().size());
      for (ColmapImage image : model.images()) {
        writeImage(image, out);
      }
    }
    try (DataOutputStream out = open(folder.resolve("points3D.bin"))) {
      int64(out, model.points().size());
      for (int i = 0; i < model.points().size(); i++) {
        writePoint(model.points(), i, out);
      }
    }
  }

  private static void writeCameras(Map<Integer, ColmapCamera> cameras, DataOutputStream out)
      throws IOException {
    int64(out, cameras.size());
    for (Map.Entry<Integer, ColmapCamera> entry : cameras.entrySet()) {
      ColmapCamera camera = entry.getValue();
      int32(out, entry.getKey());
      int32(out, camera.model().id());
      int64(out, camera.width());
      int64(out, camera.height());
      float64s(out, camera.params());
    }
  }

  private static void writeImage(ColmapImage image, DataOutputStream out) throws IOException {
    int32(out, image.id());
    float64s(out, image.quaternion());
    float64s(out, image.translation());
    int32(out, image.cameraId());
    out.write(image.name().getBytes(StandardCharsets.UTF_8));
    out.writeByte(0);
    int64(out, 0); // features
  }

  private static void writePoint(ColmapPoints points, int i, DataOutputStream out)
      throws IOException {
    int64(out, i + 1); // the id
    for (int c = 3 * i; c < 3 * i + 3; c++) {
      float64s(out, points.positions()[c]);
    }
    out.write(points.colors(), 3 * i, 3);
    float64s(out, points.errors()[i]);
    int64(out, 0); // track
  }

  private static DataOutputStream open(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  private static void int32(DataOutputStream out, int value) throws IOException {
    out.writeInt(Integer.reverseBytes(value));
  }

  private static void int64(DataOutputStream out, long value) throws IOException {
    out.writeLong(Long.reverseBytes(value));
  }

  private static void float64s(DataOutputStream out, double... values) throws IOException {
    for (double value : values) {
      int64(out, Double.doubleToRawLongBits(value));
    }
  }
}
