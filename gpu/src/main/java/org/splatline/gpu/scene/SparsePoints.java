package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import org.splatline.gpu.scene.colmap.ColmapPoints;

/**
 * The points that training starts from. Arrays are not copied.
 *
 * @param positions [N, 3] world units
 * @param colors [N, 3] RGB, unsigned
 * @param origin where they come from
 */
public record SparsePoints(float[] positions, byte[] colors, Origin origin) {

  /** Where points come from. */
  public enum Origin {
    /** From photographs, by structure from motion. */
    MEASURED,
    /** Made up, because the scene has none. */
    RANDOM
  }

  /** Points that were measured. */
  public SparsePoints(float[] positions, byte[] colors) {
    this(positions, colors, Origin.MEASURED);
  }

  public SparsePoints {
    checkArgument(
        positions.length == colors.length && positions.length % 3 == 0,
        "Invalid points: %s coordinates and %s colours",
        positions.length,
        colors.length);
  }

  /** The points of a COLMAP model that have finite coordinates. */
  static SparsePoints of(ColmapPoints points) {
    float[] positions = new float[3 * points.size()];
    byte[] colors = new byte[3 * points.size()];
    int n = 0;
    for (int i = 0; i < positions.length; i += 3) {
      float x = (float) points.positions()[i];
      float y = (float) points.positions()[i + 1];
      float z = (float) points.positions()[i + 2];
      if (Float.isFinite(x) && Float.isFinite(y) && Float.isFinite(z)) {
        positions[n] = x;
        positions[n + 1] = y;
        positions[n + 2] = z;
        System.arraycopy(points.colors(), i, colors, n, 3);
        n += 3;
      }
    }
    return new SparsePoints(Arrays.copyOf(positions, n), Arrays.copyOf(colors, n));
  }

  /** The number of points, N. */
  public int size() {
    return positions.length / 3;
  }
}
