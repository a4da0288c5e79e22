package org.splatline.gpu.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Reads a 3DGS .ply file: see {@link PlyFormat#read}. */
final class PlyReader {
  private static final int MAX_HEADER_BYTES = 1 << 16;

  private final String file;
  private final PlyHeader.Element vertices;
  private final int stride;
  private final Map<String, PlyHeader.Property> byName;

  private PlyReader(String file, PlyHeader header) {
    this.file = file;
    this.vertices = header.elements().get(0);
    this.stride = vertices.stride();
    this.byName =
        vertices.properties().stream()
            .collect(Collectors.toMap(PlyHeader.Property::name, Function.identity(), (a, b) -> a));
  }

  static PlyModel read(Path path) throws IOException {
    try (InputStream input = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      String file = path.toString();
      List<String> lines = headerLines(file, input);
      long headerBytes = lines.stream().mapToLong(line -> line.length() + 1).sum();
      PlyHeader header = PlyHeader.parse(file, lines);
      long bytesLeft = Files.size(path) - headerBytes;
      Gaussians rows =
          header.isCompressed()
              ? CompressedPlyReader.read(file, header, input, bytesLeft)
              : new PlyReader(file, header).readRows(input, bytesLeft);
      return new PlyModel(inModelFrame(header, rows), header.antialiased(), header.enu());
    }
  }

  /** The header with "end_header" at its end. Lines end with one byte. */
  private static List<String> headerLines(String file, InputStream input) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < MAX_HEADER_BYTES; i++) {
      int c = input.read();
      if (c < 0) {
        throw PlyHeader.broken(file, "it ends within its header");
      }
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      lines.add(line.toString());
      if (!lines.get(0).strip().equals("ply")) {
        break;
      }
      if (line.toString().strip().equals("end_header")) {
        return lines;
      }
      line.setLength(0);
    }
    throw PlyHeader.broken(file, "it does not start with a .ply header");
  }

  private static Gaussians inModelFrame(PlyHeader header, Gaussians rows) {
    return header
        .enu()
        .map(enu -> GaussianTransform.apply(enu.modelToEnu().inverse(), rows))
        .orElse(rows);
  }

  private Gaussians readRows(InputStream input, long bytesLeft) throws IOException {
    int shDegree = shDegree();
    int[] columns = columns(shDegree);
    int n = checkedRows(bytesLeft, columns.length);
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    ByteBuffer row = ByteBuffer.allocate(stride).order(ByteOrder.LITTLE_ENDIAN);
    PlyHeader.Property[] properties = vertices.properties().toArray(new PlyHeader.Property[0]);
    float[] values = new float[columns.length];
    for (int i = 0; i < n; i++) {
      if (input.readNBytes(row.array(), 0, row.capacity()) < row.capacity()) {
        throw PlyHeader.broken(file, "it ends within Gaussian %d of %d".formatted(i + 1, n));
      }
      for (int c = 0; c < columns.length; c++) {
        values[c] = value(row, properties[columns[c]]);
      }
      setRow(values, i, gaussians);
    }
    return gaussians;
  }

  private int shDegree() {
    long rest = byName.keySet().stream().filter(name -> name.startsWith("f_rest_")).count();
    for (int degree = 0; degree <= 3; degree++) {
      if (rest == 3L * (SphericalHarmonics.count(degree) - 1)) {
        return degree;
      }
    }
    throw PlyHeader.broken(
        file, "%d f_rest properties match no SH degree from 0 to 3 (0, 9, 24, 45)".formatted(rest));
  }

  /** The position of each of {@link PlyFormat#properties} in a row, without the normals. */
  private int[] columns(int shDegree) {
    return PlyFormat.properties(shDegree).stream()
        .filter(name -> !name.matches("n[xyz]"))
        .mapToInt(
            name -> {
              PlyHeader.Property property = byName.get(name);
              if (property == null) {
                throw PlyHeader.broken(file, "its vertices have no property %s".formatted(name));
              }
              return vertices.properties().indexOf(property);
            })
        .toArray();
  }

  private int checkedRows(long bytesLeft, int width) {
    if (vertices.rows() > bytesLeft / stride) {
      throw PlyHeader.broken(
          file,
          "%d Gaussians of %d bytes need more than the %d bytes after its header"
              .formatted(vertices.rows(), stride, bytesLeft));
    }
    if (vertices.rows() > Integer.MAX_VALUE / width) {
      throw PlyHeader.broken(file, "%d Gaussians are too many".formatted(vertices.rows()));
    }
    return (int) vertices.rows();
  }

  private static float value(ByteBuffer row, PlyHeader.Property property) {
    return switch (property.type()) {
      case INT8 -> row.get(property.offset());
      case INT16 -> row.getShort(property.offset());
      case INT32 -> row.getInt(property.offset());
      case FLOAT32 -> row.getFloat(property.offset());
      case FLOAT64 -> (float) row.getDouble(property.offset());
    };
  }

  /** Builds Gaussians; {@code values} are in the order of {@link #columns}. */
  private static void setRow(float[] values, int i, Gaussians to) {
    int count = SphericalHarmonics.count(to.shDegree());
    System.arraycopy(values, 0, to.means(), 3 * i, 3);
    int first = 3 * count * i;
    System.arraycopy(values, 3, to.shCoefficients(), first, 3);
    int from = 6;
    for (int channel = 0; channel < 3; channel++) {
      for (int k = 1; k < count; k++) {
        to.shCoefficients()[first + 3 * k + channel] = values[from++];
      }
    }
    to.logitOpacities()[i] = values[from++];
    System.arraycopy(values, from, to.logScales(), 3 * i, 3);
    System.arraycopy(values, from + 3, to.quats(), 4 * i, 4);
  }
}
