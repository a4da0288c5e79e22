package org.splatline.gpu.scene.colmap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Reads a text file's lines in order. Refuses lines that are longer than a model needs. */
final class TextFile {
  private static final int MAX_RECORD_LENGTH = 1 << 21; // a point that 100 000 images show
  private static final int MAX_LINE_LENGTH = 1 << 24; // half a million features

  private final Path file;
  private final BufferedReader input;
  private int lineNumber;

  private TextFile(Path file, BufferedReader input) {
    this.file = file;
    this.input = input;
  }

  /**
   * Opens a file, reads it and closes it.
   *
   * @throws SceneException UNSUPPORTED_INPUT naming file and line when the file is invalid; this
   *     includes text where a number must be, and values that a record rejects; TOO_LARGE, see
   *     {@link ModelLimits}
   */
  static <T> T read(Path file, Function<TextFile, T> reader) {
    // Not Files.newBufferedReader, which throws on malformed UTF-8; here it becomes U+FFFD.
    try (BufferedReader input =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      TextFile text = new TextFile(file, input);
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw text.broken(e.getMessage());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /**
   * The next line, stripped, of at most {@value #MAX_RECORD_LENGTH} characters, skipping blank
   * lines and comments; null at the end.
   */
  String nextRecord() {
    String line = nextLine(MAX_RECORD_LENGTH);
    while (line != null && (line.isBlank() || line.startsWith("#"))) {
      line = nextLine(MAX_RECORD_LENGTH);
    }
    return line == null ? null : line.strip();
  }

  /** The next line, unchanged, of at most {@value #MAX_LINE_LENGTH} characters; null at the end. */
  String nextLine() {
    return nextLine(MAX_LINE_LENGTH);
  }

  /** Checks that at most {@code most} of something have been read. */
  void checkCount(String what, long count, int most) {
    ModelLimits.check(file, what, count, most);
  }

  private String nextLine(int longest) {
    StringBuilder line = new StringBuilder();
    try {
      int c = input.read();
      if (c < 0) {
        return null;
      }
      lineNumber++;
      for (; c >= 0 && c != '\n'; c = input.read()) {
        if (line.length() == longest) {
          throw broken("the line is longer than %d characters".formatted(longest));
        }
        line.append((char) c);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    return line.toString();
  }

  SceneException broken(String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read %s: line %d: %s. Copy the file again or run COLMAP again."
            .formatted(file, lineNumber, why));
  }
}
