package org.splatline.pipeline.site;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.splatline.gpu.scene.colmap.ColmapPoints;

/**
 * COLMAP's points as the viewer reads them: three float32 for each, then three bytes of colour for
 * each, little-endian.
 *
 * @param count the number of points in {@code bytes}
 */
record PointsFile(int count, byte[] bytes) {
  /** Its name in a scene's folder. */
  static final String NAME = "points.bin";

  /** Enough to see the shape of a scene; 750 kB. */
  private static final int MOST = 50_000;

  /** All points, or some that are spread evenly over them. */
  static PointsFile of(ColmapPoints points) {
    int count = Math.min(points.size(), MOST);
    ByteBuffer file = ByteBuffer.allocate(count * 15).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int point = index(i, count, points.size());
      for (int axis = 0; axis < 3; axis++) {
        file.putFloat((float) points.positions()[3 * point + axis]);
      }
    }
    for (int i = 0; i < count; i++) {
      file.put(points.colors(), 3 * index(i, count, points.size()), 3);
    }
    return new PointsFile(count, file.array());
  }

  private static int index(int i, int count, int size) {
    return (int) ((long) i * size / count);
  }
}
