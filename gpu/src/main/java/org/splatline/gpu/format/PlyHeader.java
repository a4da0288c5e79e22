package org.splatline.gpu.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The header of a binary .ply file whose first element is its vertices.
 *
 * @param rows number of vertices that the file claims
 * @param properties of a vertex, in order
 * @param stride bytes per vertex
 * @param antialiased see {@link PlyModel}; the last comment about it counts
 * @param enu the frame of the rows; see {@link FrameComments}
 */
record PlyHeader(
    long rows,
    List<Property> properties,
    int stride,
    boolean antialiased,
    Optional<Georeference> enu) {

  /** One number of a row, {@code offset} bytes from its start. */
  record Property(String name, Type type, int offset) {}

  /** The stored types of numbers. */
  enum Type {
    INT8(1),
    INT16(2),
    INT32(4),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /**
   * @param lines the header, from "ply" to the line before "end_header"
   * @throws SceneException UNSUPPORTED_INPUT
   */
  static PlyHeader parse(String file, List<String> lines) {
    long rows = -1;
    List<Property> properties = new ArrayList<>();
    int stride = 0;
    boolean antialiased = false;
    Optional<Georeference> enu = FrameComments.parse(file, lines);
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      switch (words[0]) {
        case "format" -> checkFormat(file, line);
        case "element" -> {
          if (rows >= 0) {
            // later elements follow the rows
            return new PlyHeader(rows, List.copyOf(properties), stride, antialiased, enu);
          }
          rows = rows(file, words, line);
        }
        case "property" -> {
          Property property = property(file, words, line, stride);
          properties.add(property);
          stride += property.type().bytes();
        }
        case "comment" -> antialiased = antialiased(line, antialiased);
        default -> {} // ply, obj_info
      }
    }
    if (rows < 0) {
      throw broken(file, "its header has no vertices");
    }
    return new PlyHeader(rows, List.copyOf(properties), stride, antialiased, enu);
  }

  /** What a comment says about it; {@code before} if it says nothing. */
  private static boolean antialiased(String line, boolean before) {
    String[] words = line.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
    if (words.length != 3) {
      return before;
    }
    return switch (words[1]) {
      case "splatrendermode:" -> words[2].equals("mip");
      case "antialiased" -> words[2].equals("1");
      default -> before;
    };
  }

  private static void checkFormat(String file, String line) {
    if (!line.contains("binary_little_endian")) {
      throw broken(file, "it is '%s', not binary_little_endian".formatted(line.strip()));
    }
  }

  private static long rows(String file, String[] words, String line) {
    if (words.length != 3 || !words[1].equals("vertex") || !words[2].matches("\\d{1,18}")) {
      throw broken(file, "its header has '%s' instead of 'element vertex N'".formatted(line));
    }
    return Long.parseLong(words[2]);
  }

  private static Property property(String file, String[] words, String line, int offset) {
    if (words.length != 3) {
      throw broken(
          file, "its vertices have '%s', but Gaussians have no list properties".formatted(line));
    }
    Type type =
        switch (words[1].toLowerCase(Locale.ROOT)) {
          case "char", "uchar", "int8", "uint8" -> Type.INT8;
          case "short", "ushort", "int16", "uint16" -> Type.INT16;
          case "int", "uint", "int32", "uint32" -> Type.INT32;
          case "float", "float32" -> Type.FLOAT32;
          case "double", "float64" -> Type.FLOAT64;
          default -> throw broken(file, "its header has an unknown type '%s'".formatted(line));
        };
    return new Property(words[2], type, offset);
  }

  static SceneException broken(String file, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read Gaussians from %s: %s. Export it again as a binary 3DGS .ply."
            .formatted(file, why));
  }
}
