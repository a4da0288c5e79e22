package org.splatline.gpu.format;

import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Decodes the arrays of a .spz file. */
final class SpzDecoder {
  /** The step of a quaternion's component, where the largest one is left out. */
  static final double ROTATION_STEP = Math.sqrt(0.5) / 511;

  private final SpzHeader header;
  private final Gaussians gaussians;

  SpzDecoder(SpzHeader header) {
    this.header = header;
    this.gaussians = Gaussians.zeros(header.count(), header.shDegree());
  }

  /** What has been decoded; the rest is zero. */
  Gaussians gaussians() {
    return gaussians;
  }

  /**
   * Decodes one array into the Gaussians.
   *
   * @param bytes of all Gaussians
   */
  void decode(SpzArray array, byte[] bytes) {
    switch (array) {
      case POSITIONS -> decodePositions(bytes);
      case ALPHAS -> {
        for (int i = 0; i < bytes.length; i++) {
          gaussians.logitOpacities()[i] = Quantisation.logitOpacity(Byte.toUnsignedInt(bytes[i]));
        }
      }
      case COLOURS -> {
        int row = 3 * SphericalHarmonics.count(header.shDegree());
        for (int i = 0; i < bytes.length; i++) {
          gaussians.shCoefficients()[i / 3 * row + i % 3] =
              (Byte.toUnsignedInt(bytes[i]) / 255f - 0.5f) / 0.15f;
        }
      }
      case SCALES -> {
        for (int i = 0; i < bytes.length; i++) {
          gaussians.logScales()[i] = Byte.toUnsignedInt(bytes[i]) / 16f - 10;
        }
      }
      case ROTATIONS -> {
        for (int i = 0; i < header.count(); i++) {
          if (header.version() == 2) {
            decodeXyz(bytes, i);
          } else {
            decodeSmallestThree(bytes, i);
          }
        }
      }
      case BANDS -> {
        int width = array.width(header.version(), header.shDegree());
        for (int i = 0; i < bytes.length; i++) {
          gaussians.shCoefficients()[i / width * (width + 3) + 3 + i % width] =
              Byte.toUnsignedInt(bytes[i]) / 128f - 1;
        }
      }
    }
  }

  private void decodePositions(byte[] bytes) {
    float step = Math.scalb(1f, -header.fractionalBits());
    for (int i = 0; i < gaussians.means().length; i++) {
      int fixed =
          Byte.toUnsignedInt(bytes[3 * i])
              | Byte.toUnsignedInt(bytes[3 * i + 1]) << 8
              | bytes[3 * i + 2] << 16;
      gaussians.means()[i] = fixed * step;
    }
  }

  private void decodeXyz(byte[] bytes, int i) {
    float[] quats = gaussians.quats();
    double squares = 0;
    for (int k = 0; k < 3; k++) {
      double value = Byte.toUnsignedInt(bytes[3 * i + k]) / 127.5 - 1;
      quats[4 * i + 1 + k] = (float) value;
      squares += value * value;
    }
    quats[4 * i] = (float) Math.sqrt(Math.max(0, 1 - squares));
  }

  private void decodeSmallestThree(byte[] bytes, int i) {
    int code = 0;
    for (int k = 0; k < 4; k++) {
      code |= Byte.toUnsignedInt(bytes[4 * i + k]) << (8 * k);
    }
    int largest = code >>> 30;
    double squares = 0;
    for (int k = 3; k >= 0; k--) { // xyzw
      if (k != largest) {
        double value = (code & 511) * ((code & 512) == 0 ? ROTATION_STEP : -ROTATION_STEP);
        gaussians.quats()[4 * i + (k + 1) % 4] = (float) value;
        squares += value * value;
        code >>>= 10;
      }
    }
    gaussians.quats()[4 * i + (largest + 1) % 4] = (float) Math.sqrt(Math.max(0, 1 - squares));
  }
}
