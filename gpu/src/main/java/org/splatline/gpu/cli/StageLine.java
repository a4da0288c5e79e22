package org.splatline.gpu.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintStream;
import java.util.Locale;
import org.splatline.gpu.PlainText;

/**
 * Shows what a command does now: in a terminal one line that is rewritten, else a line for each
 * stage.
 */
final class StageLine implements AutoCloseable {
  private final String subject;
  private final PrintStream out;
  private final boolean live;

  StageLine(String subject, PrintStream out, boolean live) {
    this.subject = subject;
    this.out = out;
    this.live = live;
  }

  /** Prints to standard error. The start script sets a system property if that is a terminal. */
  static StageLine toStandardError(String subject) {
    return new StageLine(subject, System.err, Boolean.getBoolean("splatline.terminal"));
  }

  @FormatMethod
  void show(@FormatString String format, Object... values) {
    String text = PlainText.line(subject + ": " + String.format(Locale.ROOT, format, values));
    if (live) {
      out.print("\r\u001b[K" + text);
      out.flush();
    } else {
      out.println(text);
    }
  }

  /** Removes the line of a terminal, so that other output has one of its own. */
  @Override
  public void close() {
    if (live) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
