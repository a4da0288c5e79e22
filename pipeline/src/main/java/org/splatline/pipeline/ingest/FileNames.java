package org.splatline.pipeline.ingest;

import java.util.Optional;

/** Which names a photograph may have: tools take them as options, lines and fields. */
final class FileNames {
  private FileNames() {}

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

  private static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
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
