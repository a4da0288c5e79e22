package org.splatline.gpu.format;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.io.AtomicFile;

/**
 * The 3DGS .ply: binary little-endian floats, one row per Gaussian: position, normal (zeros), SH
 * coefficients, opacity before the sigmoid, logarithms of the scales, quaternion wxyz. f_rest holds
 * all of red, then green, then blue.
 */
public final class PlyFormat {
  private PlyFormat() {}

  /**
   * Writes the whole file or nothing; see {@link AtomicFile}. The model's {@link PlyModel#enu}
   * decides the frame of the rows.
   */
  public static void write(PlyModel model, Path file) {
    try {
      AtomicFile.write(file, out -> write(model, out));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }

  /**
   * Reads properties in any order and SH degrees 0 to 3. Properties that Gaussians do not have are
   * skipped. A compressed .ply is known by its header, whatever its name is. Rows in an
   * east-north-up frame are converted back to the model's frame.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when the file is missing, is
   *     not such a file, is truncated, claims more Gaussians than it holds, or does not fully
   *     describe its frame
   */
  public static PlyModel read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw PlyHeader.broken(file.toString(), "there is no such file");
    }
    try {
      return PlyReader.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The properties of one row, in the order 3DGS writes them. */
  static List<String> properties(int shDegree) {
    List<String> names =
        new ArrayList<>(List.of("x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"));
    for (int i = 0; i < 3 * (SphericalHarmonics.count(shDegree) - 1); i++) {
      names.add("f_rest_" + i);
    }
    names.add("opacity");
    names.addAll(List.of("scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"));
    return names;
  }

  /** The size of the file that {@link #write} makes. */
  public static long bytes(PlyModel model) {
    return header(model).length
        + (long) model.gaussians().size()
            * Float.BYTES
            * properties(model.gaussians().shDegree()).size();
  }

  private static byte[] header(PlyModel model) {
    StringBuilder header = new StringBuilder(headerStart(model));
    header.append("element vertex ").append(model.gaussians().size()).append('\n');
    properties(model.gaussians().shDegree())
        .forEach(name -> header.append("property float ").append(name).append('\n'));
    header.append("end_header\n");
    return header.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(PlyModel model, OutputStream out) throws IOException {
    Gaussians gaussians = model.inFileFrame();
    List<String> properties = properties(gaussians.shDegree());
    out.write(header(model));
    ByteBuffer row =
        ByteBuffer.allocate(Float.BYTES * properties.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < gaussians.size(); i++) {
      putRow(gaussians, i, row.clear());
      out.write(row.array());
    }
  }

  /** The first lines of a header: format and comments. */
  static String headerStart(PlyModel model) {
    return "ply\nformat binary_little_endian 1.0\n"
        + (model.antialiased() ? "comment SplatRenderMode: mip\n" : "")
        + FrameComments.text(model.enu());
  }

  private static void putRow(Gaussians gaussians, int i, ByteBuffer row) {
    put(gaussians.means(), 3 * i, 3, row);
    row.putFloat(0).putFloat(0).putFloat(0);
    int count = SphericalHarmonics.count(gaussians.shDegree());
    float[] sh = gaussians.shCoefficients();
    int first = 3 * count * i;
    put(sh, first, 3, row);
    for (int channel = 0; channel < 3; channel++) {
      for (int k = 1; k < count; k++) {
        row.putFloat(sh[first + 3 * k + channel]);
      }
    }
    row.putFloat(gaussians.logitOpacities()[i]);
    put(gaussians.logScales(), 3 * i, 3, row);
    put(gaussians.quats(), 4 * i, 4, row);
  }

  private static void put(float[] values, int from, int n, ByteBuffer row) {
    for (int i = from; i < from + n; i++) {
      row.putFloat(values[i]);
    }
  }
}
