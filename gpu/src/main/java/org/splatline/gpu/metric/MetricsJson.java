package org.splatline.gpu.metric;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@link SceneMetrics} as metrics.json: keys in snake_case, like the columns of the tables. */
public final class MetricsJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private MetricsJson() {}

  /** The JSON text, with a line feed at its end. */
  public static String text(SceneMetrics metrics) throws IOException {
    return MAPPER.writeValueAsString(metrics) + "\n";
  }

  /** Overwrites {@code file}. */
  public static void write(SceneMetrics metrics, Path file) throws IOException {
    Files.writeString(file, text(metrics));
  }

  /** Reads a file that {@link #write} wrote. */
  public static SceneMetrics read(Path file) throws IOException {
    return MAPPER.readValue(Files.readString(file), SceneMetrics.class);
  }
}
