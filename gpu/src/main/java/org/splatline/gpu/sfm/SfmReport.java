package org.splatline.gpu.sfm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.io.Parsers;

/**
 * How a scene's reconstruction went, whether it succeeded or not.
 *
 * @param extractionSeconds time to find the features
 * @param attempts in order
 * @param models registered photographs of each sub-model of the best attempt, the chosen one first
 */
public record SfmReport(
    double extractionSeconds, List<SfmAttempt> attempts, List<List<Registered>> models)
    implements Serializable {
  /** The name of its file, beside COLMAP's logs. */
  public static final String FILE = "attempts.json";

  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());

  public SfmReport {
    attempts = List.copyOf(attempts);
    models = models.stream().map(List::copyOf).toList();
  }

  /**
   * A photograph with a camera.
   *
   * @param observations features that show a point of the model
   */
  public record Registered(String name, int observations) implements Serializable {}

  void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), this);
  }

  /** Reads what {@link #writeTo} wrote. Throws {@link IOException} for anything else. */
  public static SfmReport read(byte[] json) throws IOException {
    return MAPPER.readValue(json, SfmReport.class);
  }
}
