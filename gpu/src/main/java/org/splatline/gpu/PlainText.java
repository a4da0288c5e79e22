package org.splatline.gpu;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Text that strangers wrote, such as the names of files, as text that is safe to print. A character
 * that a reader can't see, or that changes how others look or where a line ends, is odd: control
 * characters, marks of direction, of no width and of format, halves of surrogate pairs, and code
 * points without a meaning. It is printed as {@code \}{@code uXXXX}, once for each UTF-16 unit.
 */
public final class PlainText {
  private static final String LAYOUT = "\n\r\t";
  private static final String BLANK_LETTERS = "\u034f\u115f\u1160\u3164\uffa0"; // take no ink

  private PlainText() {}

  /** Whether any character of the text is odd. */
  public static boolean isOdd(String text) {
    return text.codePoints().anyMatch(PlainText::isOdd);
  }

  private static boolean isOdd(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> BLANK_LETTERS.indexOf(codePoint) >= 0;
    };
  }

  /** The text on one line: a name, a sentence, a cell of a table. Null stays null. */
  public static String line(String text) {
    return text == null || !isOdd(text) ? text : escaped(text, "");
  }

  /** The text with its line ends and tabs. */
  public static String lines(String text) {
    return isOdd(text) ? escaped(text, LAYOUT) : text;
  }

  private static String escaped(String text, String kept) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (isOdd(point) && kept.indexOf(point) < 0) {
                for (char unit : Character.toChars(point)) {
                  plain.append("\\u%04x".formatted((int) unit));
                }
              } else {
                plain.appendCodePoint(point);
              }
            });
    return plain.toString();
  }

  /** A writer that prints {@link #lines} of all that it gets, and flushes at each line's end. */
  public static PrintWriter printer(Writer out) {
    return new PrintWriter(new PlainWriter(out), true);
  }

  private static final class PlainWriter extends FilterWriter {
    PlainWriter(Writer out) {
      super(out);
    }

    @Override
    public void write(int unit) throws IOException {
      out.write(lines(String.valueOf((char) unit)));
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      out.write(lines(new String(text, from, length)));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      out.write(lines(text.substring(from, from + length)));
    }
  }
}
