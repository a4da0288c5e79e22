package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** Which names a photograph may have. Tools may misread a name as options, lines or fields. */
final class FileNames {
  /** The longest path that every file system and tool here accepts, characters. */
  static final int MAX_PATH = 1000;

  private static final int MAX_NAME_BYTES = 250;

  private FileNames() {}

  /** Whether tools and people skip it, as {@code .DS_Store} and {@code ._photo.jpg}. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("Thumbs.db") || name.equals("desktop.ini");
  }

  /** Whether it is longer than file systems allow for one name. */
  static boolean isTooLong(String name) {
    return name.getBytes(UTF_8).length > MAX_NAME_BYTES;
  }

  /** Why {@code name} is refused; empty: it is not. */
  static Optional<String> objection(String name) {
    if (name.startsWith("-")) {
      return Optional.of("its name starts with -");
    }
    if (name.codePoints().anyMatch(FileNames::isControl)) {
      return Optional.of("its name holds a control character");
    }
    if (!name.equals(name.strip())) {
      return Optional.of("its name starts or ends with a blank");
    }
    return Optional.empty();
  }

  /** Whether it may end a line or change the direction of printed text. */
  static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> changesDirection(codePoint);
    };
  }

  private static boolean changesDirection(int codePoint) {
    return (0x202a <= codePoint && codePoint <= 0x202e)
        || (0x2066 <= codePoint && codePoint <= 0x2069);
  }

  /** The name with control characters as {@code \}{@code uXXXX}, for messages. */
  static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .forEach(
            point -> {
              if (isControl(point)) {
                text.append("\\u%04x".formatted(point));
              } else {
                text.appendCodePoint(point);
              }
            });
    return text.toString();
  }
}
