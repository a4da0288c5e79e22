package org.splatline.gpu.format;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Writes a .spz file: see {@link SpzFormat#write}. Holds the bytes of one array at a time. */
final class SpzWriter {
  private static final int ZSTD_LEVEL = 12;
  private static final int BUFFER_BYTES = 1 << 16;

  private final SpzFormat.Version version;
  private final boolean antialiased;
  private final Gaussians gaussians;
  private final SpzPrecision precision;
  private final int[] rows;

  SpzWriter(PlyModel model, Path file, SpzFormat.Version version) {
    this.version = version;
    this.antialiased = model.antialiased();
    this.gaussians =
        model
            .enu()
            .map(enu -> GaussianTransform.apply(enu.modelToEnu(), model.gaussians()))
            .orElse(model.gaussians());
    FiniteNumbers.check(gaussians, file);
    this.precision =
        SpzPrecision.of(gaussians)
            .orElseThrow(
                () ->
                    FiniteNumbers.unwritable(
                        file, "a Gaussian is more than 8 million units from the origin"));
    this.rows = MortonOrder.rows(roundedMeans());
  }

  /** As readers see them, so that a file that is read and written again keeps its order. */
  private float[] roundedMeans() {
    float[] rounded = new float[gaussians.means().length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = Math.scalb((float) fixed(gaussians.means()[i]), -precision.fractionalBits());
    }
    return rounded;
  }

  private int fixed(float coordinate) {
    return (int) Math.round(Math.scalb((double) coordinate, precision.fractionalBits()));
  }

  void write(OutputStream out) throws IOException {
    switch (version) {
      case V3 -> writeGzip(out);
      case V4 -> writeZstd(out);
    }
  }

  private void writeGzip(OutputStream out) throws IOException {
    BestGzip zipped = new BestGzip(out);
    zipped.write(header(SpzHeader.BYTES, 0));
    for (SpzArray array : SpzArray.values()) {
      zipped.write(encode(array));
    }
    zipped.finish(); // the stream below is its owner's to close
    zipped.end();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }

    void end() {
      def.end();
    }
  }

  private void writeZstd(OutputStream out) throws IOException {
    List<byte[]> streams = new ArrayList<>();
    ByteBuffer table =
        ByteBuffer.allocate(16 * SpzArray.values().length).order(ByteOrder.LITTLE_ENDIAN);
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setLevel(ZSTD_LEVEL);
      for (SpzArray array : SpzArray.values()) {
        byte[] bytes = encode(array);
        if (bytes.length > 0) {
          byte[] zipped = zstd.compress(bytes);
          streams.add(zipped);
          table.putLong(zipped.length).putLong(bytes.length);
        }
      }
    }
    out.write(header(SpzHeader.BYTES_V4, streams.size()));
    out.write(table.array(), 0, table.position());
    for (byte[] stream : streams) {
      out.write(stream);
    }
  }

  private byte[] header(int length, int streams) {
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(SpzHeader.MAGIC).putInt(version.number()).putInt(gaussians.size());
    header.put((byte) gaussians.shDegree()).put((byte) precision.fractionalBits());
    header.put((byte) (antialiased ? SpzHeader.ANTIALIASED : 0)).put((byte) streams);
    if (length == SpzHeader.BYTES_V4) {
      header.putInt(SpzHeader.BYTES_V4); // where the table of sizes starts
    }
    return header.array();
  }

  private byte[] encode(SpzArray array) {
    int width = array.width(version.number(), gaussians.shDegree());
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
    for (int row : rows) {
      for (int k = 0; k < 3; k++) {
        int fixed = fixed(gaussians.means()[3 * row + k]);
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
    for (int row : rows) {
      Quantisation.unitQuat(gaussians.quats(), row, wxyz);
      to.putInt(SpzRotation.code(wxyz));
    }
  }

  private void encodeBands(ByteBuffer to, int width) {
    int[] bits = new int[width];
    for (int i = 0; i < width; i++) {
      bits[i] = precision.bits((int) Math.sqrt(i / 3 + 1));
    }
    for (int row : rows) {
      int first = (width + 3) * row + 3;
      for (int i = 0; i < width; i++) {
        to.put((byte) SpzPrecision.code(gaussians.shCoefficients()[first + i], bits[i]));
      }
    }
  }
}
