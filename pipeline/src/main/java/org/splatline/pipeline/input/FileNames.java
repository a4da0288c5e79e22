package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** Which names a photograph may have: tools take them as options, lines and fields. */
final class FileNames {
  /** Characters of a path that every file system and tool here takes. */
  static final int MAX_PATH = 1000;

  private static final int MAX_NAME_BYTES = 250;

  private FileNames() {}

  /** Whether tools and people pass it over: {@code .DS_Store}, {@code ._photo.jpg}. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("Thumbs.db") || name.equals("desktop.ini");
  }

  /** Whether file systems refuse it as one name. */
  static boolean isTooLong(String name) {
    return name.getBytes(UTF_8).length > MAX_NAME_BYTES;
  }

  /** Why {@code name} is refused; empty: it isn't. */
  static Optional<String> objection(String name) {
    if (name.startsWith("-")) {
      return Optional.of("its name begins with -");
    }
    if (name.codePoints().anyMatch(FileNames::isControl)) {
      return Optional.of("its name holds a control character");
    }
    if (!name.equals(name.strip())) {
      return Optional.of("its name begins or ends with a blank");
    }
    return Optional.empty();
  }

  /** Whether it may end a line or turn the direction of what is printed. */
  static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> turnsDirection(codePoint);
    };
  }

  private static boolean turnsDirection(int codePoint) {
    return (0x202a <= codePoint && codePoint <= 0x202e)
        || (0x2066 <= codePoint && codePoint <= 0x2069);
  }

  /** Fit to print: control characters as {@code \}{@code uXXXX}. */
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
