package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.pattern.ConverterKeys;
import org.apache.logging.log4j.core.pattern.LogEventPatternConverter;
import org.splatline.gpu.PlainText;

/** {@code %plain} of log4j2.properties: a message and its stack trace as {@link PlainText}. */
@Plugin(name = "PlainMessage", category = "Converter")
@ConverterKeys("plain")
public final class PlainMessage extends LogEventPatternConverter {
  private PlainMessage() {
    super("plain", "plain");
  }

  /** Called by Log4j. */
  public static PlainMessage newInstance(String[] options) {
    return new PlainMessage();
  }

  @Override
  public void format(LogEvent event, StringBuilder out) {
    out.append(PlainText.line(event.getMessage().getFormattedMessage()));
    if (event.getThrown() != null) {
      StringWriter trace = new StringWriter();
      event.getThrown().printStackTrace(new PrintWriter(trace));
      out.append('\n').append(PlainText.lines(trace.toString().stripTrailing()));
    }
  }

  @Override
  public boolean handlesThrowable() {
    return true;
  }
}
