package org.splatline.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class PlainTextTest {
  /** Controls (C0, delete, C1), marks of direction, of no width, halves, private, unassigned. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00, 0x0a, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x34f, 0x61c, 0x200b, 0x200d, 0x200e, 0x2028,
        0x2029, 0x202e, 0x2060, 0x2066, 0x2069, 0x3164, 0xd800, 0xdfff, 0xe000, 0xfeff, 0xfff9,
        0xffff, 0x378, 0xe0001, 0x10ffff
      })
  void escapesOddCharacters(int codePoint) {
    String odd = "a" + Character.toString(codePoint) + "b";
    StringBuilder escapes = new StringBuilder();
    for (char unit : Character.toChars(codePoint)) {
      escapes.append("\\u%04x".formatted((int) unit));
    }
    assertThat(PlainText.isOdd(odd)).isTrue();
    assertThat(PlainText.line(odd)).isEqualTo("a" + escapes + "b");
    assertThat(PlainText.isOdd(PlainText.line(odd))).isFalse();
    assertThat(new SceneException(Verdict.HOSTILE_INPUT, odd)).hasMessage("a" + escapes + "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "Gärten 庭 e\u0301 😀", "back\\slash \"x\"", "\u00a0"})
  void keepsWhatPeopleWrite(String text) {
    assertThat(PlainText.line(text)).isEqualTo(text);
  }

  @Test
  void printsLinesAndEscapesTheRest() {
    StringWriter out = new StringWriter();
    PrintWriter printer = PlainText.printer(new PrintWriter(out));
    printer.print("a\tb\r\n");
    printer.printf("%s%n", "c\u001b[31m\u202ed");
    printer.write('\u009b');
    printer.flush();
    assertThat(out)
        .hasToString("a\tb\r\nc\\u001b[31m\\u202ed" + System.lineSeparator() + "\\u009b");
  }
}
