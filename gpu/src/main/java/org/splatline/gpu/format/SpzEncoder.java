package org.splatline.gpu.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * Encodes the arrays of a .spz file.
 *
 * @param rows the order of the Gaussians in the file
 */
record SpzEncoder(Gaussians gaussians, int[] rows, SpzPrecision precision) {
  private static final int MAX_POSITION = (1 << 23) - 1;
  private static final int MAX_ROTATION = 511; // √½
  private static final int[] XYZW = {1, 2, 3, 0};

  /** The bytes of one array, of versions 3 and 4. */
  byte[] encode(SpzArray array) {
    int width = array.width(SpzFormat.Version.V4.number(), gaussians.shDegree());
    ByteBuffer to =
        ByteBuffer.allocate(Math.multiplyExact(width, rows.length)).order(ByteOrder.LITTLE_ENDIAN);
    switch (array) {
      case POSITIONS -> encodePositions(to);
      case ALPHAS -> {
        for (int row : rows) {
          to.put((byte) Quantisation.opacity(gaussians.logitOpacities()[row]));
        }
      }
      case COLOURS -> encodeColours(to);
      case SCALES -> encodeScales(to);
      case ROTATIONS -> encodeRotations(to);
      case BANDS -> encodeBands(to, width);
    }
    return to.array();
  }

  private void encodePositions(ByteBuffer to) {
    double scale = Math.scalb(1.0, precision.fractionalBits());
    for (int row : rows) {
      int step = precision.positionStep(row);
      int most = MAX_POSITION / step;
      for (int k = 0; k < 3; k++) {
        long steps = Math.round(gaussians.means()[3 * row + k] * scale / step);
        int fixed = (int) Math.max(-most, Math.min(most, steps)) * step;
        to.put((byte) fixed).put((byte) (fixed >> 8)).put((byte) (fixed >> 16));
      }
    }
  }

  private void encodeColours(ByteBuffer to) {
    int width = 3 * SphericalHarmonics.count(gaussians.shDegree());
    for (int row : rows) {
      for (int k = 0; k < 3; k++) {
        double colour = 0.15 * gaussians.shCoefficients()[width * row + k] + 0.5;
        to.put((byte) Quantisation.toByte(255 * colour));
      }
    }
  }

  private void encodeScales(ByteBuffer to) {
    for (int row : rows) {
      for (int k = 0; k < 3; k++) {
        to.put((byte) Quantisation.toByte(16 * (gaussians.logScales()[3 * row + k] + 10.0)));
      }
    }
  }

  private void encodeRotations(ByteBuffer to) {
    double[] wxyz = new double[4];
    int[] sizes = new int[4];
    for (int row : rows) {
      Quantisation.unitQuat(gaussians.quats(), row, wxyz);
      int largest = Quantisation.largest(wxyz);
      roundSmallestThree(wxyz, largest, precision.rotationStep(row), sizes);
      int code = (largest + 3) % 4; // its index in xyzw
      for (int k : XYZW) {
        if (k != largest) {
          boolean negative = sizes[k] > 0 && wxyz[k] * wxyz[largest] < 0;
          code = code << 10 | (negative ? 512 : 0) | sizes[k];
        }
      }
      to.putInt(code);
    }
  }

  /**
   * Rounds the components that are stored so that the one that isn't stays the largest: else what
   * is read would be rounded once more when it is written.
   *
   * @param sizes [4] in units of √½ / 511, overwritten
   */
  private static void roundSmallestThree(double[] wxyz, int largest, int step, int[] sizes) {
    int most = MAX_ROTATION / step * step;
    for (int k = 0; k < 4; k++) {
      int steps = (int) (Math.abs(wxyz[k]) / SpzDecoder.ROTATION_STEP / step + 0.5);
      sizes[k] = k == largest ? 0 : Math.min(most, steps * step);
    }
    for (int k = largestOf(sizes); !isBelowRest(sizes, k); k = largestOf(sizes)) {
      sizes[k] -= step;
    }
  }

  private static int largestOf(int[] sizes) {
    int largest = 0;
    for (int k = 1; k < sizes.length; k++) {
      if (sizes[k] > sizes[largest]) {
        largest = k;
      }
    }
    return largest;
  }

  /** Whether a component is smaller than what the three of them leave to the largest. */
  private static boolean isBelowRest(int[] sizes, int k) {
    int squares = 0;
    for (int size : sizes) {
      squares += size * size;
    }
    return squares + sizes[k] * sizes[k] < 2 * MAX_ROTATION * MAX_ROTATION;
  }

  private void encodeBands(ByteBuffer to, int width) {
    for (int row : rows) {
      int first = (width + 3) * row + 3;
      int bits = precision.bandBits(row);
      for (int i = 0; i < width; i++) {
        to.put((byte) SpzPrecision.code(gaussians.shCoefficients()[first + i], bits));
      }
    }
  }
}
