package org.splatline.gpu.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Reads the rows of a {@code .compressed.ply} ({@link CompressedPlyLayout}). */
final class CompressedPlyReader {
  private final String file;
  private final PlyHeader header;
  private final InputStream input;
  private final int n;
  private final int shDegree;

  private CompressedPlyReader(String file, PlyHeader header, InputStream input, long bytesLeft) {
    this.file = file;
    this.header = header;
    this.input = input;
    List<String> names = header.elements().stream().map(PlyHeader.Element::name).toList();
    if (!names.equals(List.of("chunk", "vertex"))
        && !names.equals(List.of("chunk", "vertex", "sh"))) {
      throw PlyHeader.broken(
          file,
          "its elements are %s, not chunk, vertex and sh".formatted(String.join(", ", names)));
    }
    this.shDegree = names.size() == 2 ? 0 : shDegree(header.elements().get(2));
    this.n = checkedRows(bytesLeft);
  }

  /**
   * The Gaussians as the file's rows have them.
   *
   * @param bytesLeft bytes of the file after its header
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT
   */
  static Gaussians read(String file, PlyHeader header, InputStream input, long bytesLeft)
      throws IOException {
    return new CompressedPlyReader(file, header, input, bytesLeft).read();
  }

  private int shDegree(PlyHeader.Element sh) {
    for (int degree = 1; degree <= 3; degree++) {
      if (sh.properties().size() == 3 * (SphericalHarmonics.count(degree) - 1)) {
        return degree;
      }
    }
    throw PlyHeader.broken(
        file,
        "%d properties of sh match no SH degree from 1 to 3 (9, 24, 45)"
            .formatted(sh.properties().size()));
  }

  private int checkedRows(long bytesLeft) {
    long left = bytesLeft;
    for (PlyHeader.Element element : header.elements()) {
      if (element.stride() == 0 || element.rows() > left / element.stride()) {
        throw PlyHeader.broken(
            file,
            "%d rows of %s, %d bytes each, need more than the %d bytes left in it"
                .formatted(element.rows(), element.name(), element.stride(), left));
      }
      left -= element.rows() * element.stride();
    }
    long rows = header.elements().get(1).rows();
    if (rows > Integer.MAX_VALUE / (3 * SphericalHarmonics.count(shDegree))) {
      throw PlyHeader.broken(file, "%d Gaussians are too many".formatted(rows));
    }
    long chunks = header.elements().get(0).rows();
    if (chunks != CompressedPlyLayout.chunks((int) rows)) {
      throw PlyHeader.broken(file, "%d Gaussians have %d chunks of 256".formatted(rows, chunks));
    }
    if (header.elements().size() > 2 && header.elements().get(2).rows() != rows) {
      throw PlyHeader.broken(
          file, "%d Gaussians have %d rows of sh".formatted(rows, header.elements().get(2).rows()));
    }
    return (int) rows;
  }

  private Gaussians read() throws IOException {
    float[] bounds = bounds();
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    readWords(bounds, gaussians);
    if (shDegree > 0) {
      readRest(gaussians);
    }
    return gaussians;
  }

  private ByteBuffer row(PlyHeader.Element element) {
    return ByteBuffer.allocate(element.stride()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void fill(ByteBuffer row, PlyHeader.Element element) throws IOException {
    byte[] bytes = input.readNBytes(row.capacity());
    if (bytes.length < row.capacity()) {
      throw PlyHeader.broken(file, "it ends within its rows of " + element.name());
    }
    row.put(0, bytes);
  }

  /** Offsets in a row of properties of one type. */
  private int[] offsets(PlyHeader.Element element, List<String> names, PlyHeader.Type type) {
    return names.stream()
        .mapToInt(
            name ->
                element.properties().stream()
                    .filter(property -> property.name().equals(name) && property.type() == type)
                    .mapToInt(PlyHeader.Property::offset)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            PlyHeader.broken(
                                file,
                                "its rows of %s have no property %s of %d bytes"
                                    .formatted(element.name(), name, type.bytes()))))
        .toArray();
  }

  /** [chunks, 18]: {@link CompressedPlyLayout#BOUNDS} of each chunk. */
  private float[] bounds() throws IOException {
    PlyHeader.Element chunk = header.elements().get(0);
    int width = CompressedPlyLayout.BOUNDS.size();
    boolean colors = chunk.properties().stream().anyMatch(p -> p.name().equals("min_r"));
    int[] offsets =
        offsets(
            chunk,
            CompressedPlyLayout.BOUNDS.subList(
                0, colors ? width : CompressedPlyLayout.BOUNDS_WITHOUT_COLORS),
            PlyHeader.Type.FLOAT32);
    float[] bounds = new float[width * (int) chunk.rows()];
    ByteBuffer row = row(chunk);
    for (int c = 0; c < chunk.rows(); c++) {
      fill(row, chunk);
      for (int k = 0; k < width; k++) {
        bounds[width * c + k] =
            k < offsets.length ? row.getFloat(offsets[k]) : k < width - 3 ? 0 : 1;
      }
    }
    return bounds;
  }

  private void readWords(float[] bounds, Gaussians to) throws IOException {
    PlyHeader.Element vertex = header.elements().get(1);
    int[] offsets = offsets(vertex, CompressedPlyLayout.PACKED, PlyHeader.Type.INT32);
    int width = 3 * SphericalHarmonics.count(shDegree);
    ByteBuffer row = row(vertex);
    for (int i = 0; i < n; i++) {
      fill(row, vertex);
      int position = row.getInt(offsets[0]);
      int scale = row.getInt(offsets[2]);
      int color = row.getInt(offsets[3]);
      int at = CompressedPlyLayout.BOUNDS.size() * (i / CompressedPlyLayout.CHUNK);
      for (int k = 0; k < 3; k++) {
        to.means()[3 * i + k] =
            (float) between(bounds, at + k, CompressedPlyLayout.vector(position, k));
        to.logScales()[3 * i + k] =
            (float) between(bounds, at + 6 + k, CompressedPlyLayout.vector(scale, k));
        to.shCoefficients()[width * i + k] =
            Quantisation.coefficient(
                between(bounds, at + 12 + k, CompressedPlyLayout.byteOf(color, k)));
      }
      CompressedPlyLayout.unpackRotation(row.getInt(offsets[1]), to.quats(), i);
      to.logitOpacities()[i] = Quantisation.logitOpacity(color & 0xff);
    }
  }

  /** The value at {@code share} of the way from a lower bound to its upper one. */
  private static double between(float[] bounds, int low, double share) {
    return bounds[low] * (1 - share) + bounds[low + 3] * share;
  }

  private void readRest(Gaussians to) throws IOException {
    PlyHeader.Element sh = header.elements().get(2);
    List<String> names =
        IntStream.range(0, sh.properties().size()).mapToObj(k -> "f_rest_" + k).toList();
    int[] offsets = offsets(sh, names, PlyHeader.Type.INT8);
    int count = SphericalHarmonics.count(shDegree);
    ByteBuffer row = row(sh);
    for (int i = 0; i < n; i++) {
      fill(row, sh);
      for (int channel = 0; channel < 3; channel++) {
        for (int k = 1; k < count; k++) {
          byte bucket = row.get(offsets[channel * (count - 1) + k - 1]);
          to.shCoefficients()[3 * (count * i + k) + channel] =
              CompressedPlyLayout.coefficient(bucket);
        }
      }
    }
  }
}
