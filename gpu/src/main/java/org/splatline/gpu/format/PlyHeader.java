package org.splatline.gpu.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The header of a binary .ply file. Its first element is its vertices, and later ones are left out;
 * or it is the chunks of a {@link CompressedPlyLayout}, and all elements are here.
 *
 * @param elements in order, at least one
 * @param antialiased see {@link PlyModel}; the last comment about it counts
 * @param enu the frame of the rows; see {@link FrameComments}
 */
record PlyHeader(List<Element> elements, boolean antialiased, Optional<Georeference> enu) {

  /**
   * Rows of one kind.
   *
   * @param rows their number, which the file claims
   * @param properties of a row, in order
   */
  record Element(String name, long rows, List<Property> properties) {
    /** Bytes of a row. */
    int stride() {
      return properties.stream().mapToInt(property -> property.type().bytes()).sum();
    }
  }

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
    List<Element> elements = new ArrayList<>();
    boolean antialiased = false;
    Optional<Georeference> enu = FrameComments.parse(file, lines);
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      switch (words[0]) {
        case "format" -> checkFormat(file, line);
        case "element" -> {
          if (!elements.isEmpty() && !isCompressed(elements)) {
            return new PlyHeader(elements, antialiased, enu); // later elements follow the rows
          }
          elements.add(element(file, words, line, elements));
        }
        case "property" -> {
          if (!elements.isEmpty()) {
            Element last = elements.get(elements.size() - 1);
            last.properties().add(property(file, words, line, last.stride()));
          }
        }
        case "comment" -> antialiased = antialiased(line, antialiased);
        default -> {} // ply, obj_info
      }
    }
    if (elements.isEmpty()) {
      throw broken(file, "its header has no vertices");
    }
    return new PlyHeader(elements, antialiased, enu);
  }

  /** Whether the rows are those of a {@link CompressedPlyLayout}. */
  boolean isCompressed() {
    return isCompressed(elements);
  }

  private static boolean isCompressed(List<Element> elements) {
    return elements.get(0).name().equals("chunk");
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

  private static Element element(String file, String[] words, String line, List<Element> before) {
    boolean isKnown = words.length == 3 && (!before.isEmpty() || words[1].matches("vertex|chunk"));
    if (!isKnown || !words[2].matches("\\d{1,18}")) {
      throw broken(file, "its header has '%s' instead of 'element vertex N'".formatted(line));
    }
    return new Element(words[1], Long.parseLong(words[2]), new ArrayList<>());
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
