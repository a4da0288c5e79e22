package org.splatline.gpu.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * The axes of a .spz file that names them: an extension, [u32 type, u32 length, payload], of
 * Adobe's type for the coordinate system. Its payload is a u32: 0 says nothing; 1 to 8 is one more
 * than the sum of 1 if x is right, 2 if y is up and 4 if z is forward.
 */
final class SpzAxes {
  private static final int COORDINATE_SYSTEM = 0xadbe0003;
  private static final int RIGHT_DOWN_FORWARD = 6;

  private SpzAxes() {}

  /**
   * Turns Gaussians in place to x right, y down, z forward, if the extensions say that they aren't.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when an extension goes
   *     beyond the end, or the axes can't be turned by changing signs
   */
  static void turn(String file, byte[] extensions, Gaussians gaussians) {
    int differing = (coordinateSystem(file, extensions) - 1) ^ (RIGHT_DOWN_FORWARD - 1);
    if (differing != 0) {
      turn(
          gaussians,
          (differing & 1) == 0 ? 1 : -1,
          (differing & 2) == 0 ? 1 : -1,
          (differing & 4) == 0 ? 1 : -1);
    }
  }

  private static int coordinateSystem(String file, byte[] extensions) {
    ByteBuffer buffer = ByteBuffer.wrap(extensions).order(ByteOrder.LITTLE_ENDIAN);
    int system = 0;
    while (buffer.hasRemaining()) {
      int type = buffer.remaining() < 8 ? 0 : buffer.getInt();
      int length = type == 0 ? -1 : buffer.getInt();
      if (length < 0 || length > buffer.remaining()) {
        throw SpzHeader.broken(file, "its extensions are cut off");
      }
      if (type == COORDINATE_SYSTEM && length == 4) {
        system = buffer.getInt(buffer.position());
      }
      buffer.position(buffer.position() + length);
    }
    if (system < 0 || system > 8) {
      throw SpzHeader.broken(
          file, "its coordinate system %d is none with y up or down".formatted(system));
    }
    return system == 0 ? RIGHT_DOWN_FORWARD : system;
  }

  /** Multiplies coordinates by signs; each parameter follows from them. */
  private static void turn(Gaussians gaussians, int x, int y, int z) {
    multiply(gaussians.means(), new float[] {x, y, z});
    multiply(gaussians.quats(), new float[] {1, y * z, x * z, x * y});
    int count = SphericalHarmonics.count(gaussians.shDegree());
    float[] before = new float[count];
    float[] after = new float[count];
    SphericalHarmonics.basis(gaussians.shDegree(), 0.36f, 0.48f, 0.8f, before);
    SphericalHarmonics.basis(gaussians.shDegree(), x * 0.36f, y * 0.48f, z * 0.8f, after);
    float[] signs = new float[3 * count];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = Math.signum(before[i / 3] * after[i / 3]); // no function is zero there
    }
    multiply(gaussians.shCoefficients(), signs);
  }

  private static void multiply(float[] rows, float[] signs) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] *= signs[i % signs.length];
    }
  }
}
