package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Optional;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.io.Sha256;

/** Which names scenes may have: they are used in paths, in tables and on pages. */
final class SceneNames {
  /** The longest name, bytes: local file systems allow 255, and endings are added. */
  private static final int MAX_BYTES = 200;

  private static final int MOST_SHOWN_BYTES = 120;
  private static final int HASH_DIGITS = 8;
  private static final String SEPARATORS = "/\\:";

  private SceneNames() {}

  /** Whether a folder or file directly below the batch's folder isn't meant as a scene. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  /** Why a scene can't have this name; empty: it can. */
  static Optional<String> objection(String name) {
    if (isHidden(name) || name.startsWith("-")) {
      return Optional.of("starts with " + name.charAt(0));
    }
    if (!FileNames.isText(name)) {
      return Optional.of("isn't UTF-8");
    }
    if (name.chars().anyMatch(unit -> SEPARATORS.indexOf(unit) >= 0)) {
      return Optional.of("holds /, \\ or :");
    }
    if (PlainText.isOdd(name)) {
      return Optional.of("holds a control character, or one that can't be seen");
    }
    if (name.isBlank()) {
      return Optional.of("is blank");
    }
    int bytes = FileNames.bytes(name);
    return bytes > MAX_BYTES
        ? Optional.of("has %d bytes, at most %d are allowed".formatted(bytes, MAX_BYTES))
        : Optional.empty();
  }

  /**
   * A name for the row of a scene that can't have its own: each character that is in the way as
   * {@code %0a}, and the first digits of the name's SHA-256.
   */
  static String escaped(String name) {
    StringBuilder plain = new StringBuilder();
    name.codePoints()
        .mapToObj(point -> escaped(point, plain.isEmpty()))
        .takeWhile(text -> FileNames.bytes(plain + text) <= MOST_SHOWN_BYTES)
        .forEachOrdered(plain::append);
    return plain + "-" + Sha256.of(name).substring(0, HASH_DIGITS);
  }

  private static String escaped(int codePoint, boolean isFirst) {
    String text = Character.toString(codePoint);
    boolean isInTheWay =
        PlainText.isOdd(text)
            || !FileNames.isText(text)
            || SEPARATORS.contains(text)
            || (isFirst && "-._".contains(text));
    return isInTheWay ? "%" + HexFormat.ofDelimiter("%").formatHex(text.getBytes(UTF_8)) : text;
  }
}
