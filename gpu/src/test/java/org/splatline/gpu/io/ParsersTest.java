package org.splatline.gpu.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;

/** Text that would take minutes or gigabytes ends at once. */
class ParsersTest {
  private static final int MANY = 200_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"[", "- ", "? ", "{a: ", "- - [", "[{"})
  void deepYamlIsRefused(String opening) {
    assertThatThrownBy(() -> Parsers.yaml(opening.repeat(MANY)))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void yamlUpToTheLimitIsRead() throws IOException {
    String text = "[".repeat(Parsers.MOST_NESTED) + "]".repeat(Parsers.MOST_NESTED);
    assertThat(Parsers.yaml(text).isArray()).isTrue();
    assertThatThrownBy(() -> Parsers.yaml("[" + text + "]"))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("deeper than 64");
  }

  @Test
  void deepJsonAndLongNumbersAreRefused() {
    ObjectMapper json = new ObjectMapper(Parsers.json());
    for (String text : new String[] {"[".repeat(MANY), "{\"a\":".repeat(MANY), "9".repeat(MANY)}) {
      assertThatThrownBy(() -> json.readTree(text)).isInstanceOf(JsonProcessingException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "a: ", "#"})
  void aConfigurationSaysWhatIsWrongWithIt(String part) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), part.repeat(2_000_000));
    ConfigurationReader reader = ConfigurationReader.withDefaultProfile("vanilla").file(file);
    assertThatThrownBy(reader::read)
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("Cannot read configuration", "run.yaml", "bytes");
    Files.writeString(file, part.repeat(MANY) + "!");
    if (!part.equals("#")) {
      assertThatThrownBy(reader::read)
          .isInstanceOf(ConfigException.class)
          .hasMessageContainingAll("Cannot read configuration", "run.yaml", "line 1");
    }
  }
}
