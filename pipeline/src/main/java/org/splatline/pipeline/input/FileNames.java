package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.splatline.gpu.PlainText;

/** Which names files may have. Tools may misread a name as options, lines or fields. */
final class FileNames {
  /** The longest path that every file system and tool here accepts, bytes. */
  static final int MAX_PATH_BYTES = 1000;

  /** The longest name, bytes: a few less than file systems allow, for an ending of ours. */
  private static final int MAX_NAME_BYTES = 250;

  private static final String REPLACEMENT = "\ufffd"; // what Java reads for bytes that aren't UTF-8

  private FileNames() {}

  /** Whether tools and people skip it, as {@code .DS_Store} and {@code ._photo.jpg}. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("Thumbs.db") || name.equals("desktop.ini");
  }

  /** The name before the first of {@code endings} that it has, in any case; empty: nothing is. */
  static Optional<String> withoutEnding(String name, List<String> endings) {
    String lower = name.toLowerCase(Locale.ROOT);
    return endings.stream()
        .filter(lower::endsWith)
        .findFirst()
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .filter(before -> !before.isEmpty());
  }

  static int bytes(String name) {
    return name.getBytes(UTF_8).length;
  }

  /** Whether its bytes are text. A name that isn't can't be given to other programs. */
  static boolean isText(String name) {
    return !name.contains(REPLACEMENT);
  }

  /** Why a file of this name is refused; empty: it is not. */
  static Optional<String> objection(String name) {
    if (name.startsWith("-")) {
      return Optional.of("its name starts with -");
    }
    if (!isText(name)) {
      return Optional.of("its name isn't UTF-8");
    }
    if (PlainText.isOdd(name)) {
      return Optional.of("its name holds a control character, or one that can't be seen");
    }
    if (!name.equals(name.strip())) {
      return Optional.of("its name starts or ends with a blank");
    }
    return isTooLong(name)
        ? Optional.of("its name is longer than %d bytes".formatted(MAX_NAME_BYTES))
        : Optional.empty();
  }

  /** Whether a path has more bytes than allowed, as a whole or in one name. */
  static boolean isTooLong(String path) {
    return bytes(path) > MAX_PATH_BYTES
        || Stream.of(path.split("/")).anyMatch(name -> bytes(name) > MAX_NAME_BYTES);
  }
}
