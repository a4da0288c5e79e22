package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class PlainMessageTest {
  @Test
  void escapesMessageAndTrace() {
    StringBuilder out = new StringBuilder();
    PlainMessage.newInstance(null)
        .format(
            Log4jLogEvent.newBuilder()
                .setMessage(new SimpleMessage("scene a\u202e\nERROR forged"))
                .setThrown(new IOException("no file b\u009b"))
                .build(),
            out);
    assertThat(out.toString())
        .startsWith("scene a\\u202e\\u000aERROR forged\njava.io.IOException: no file b\\u009b\n")
        .contains("\n\tat org.splatline.pipeline.cli.PlainMessageTest");
  }
}
