package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Points a model starts from: {@code positions} [N, 3] world units, {@code colors} [N, 3] RGB 0 to
 * 255 (read as unsigned). Arrays are not copied.
 */
public record SparsePoints(float[] positions, byte[] colors) {

  public SparsePoints {
    checkArgument(
        positions.length == colors.length && positions.length % 3 == 0,
        "Invalid points: %s coordinates and %s colours",
        positions.length,
        colors.length);
  }

  public int size() {
    return positions.length / 3;
  }
}
