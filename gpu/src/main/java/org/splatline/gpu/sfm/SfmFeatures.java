package org.splatline.gpu.sfm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.splatline.gpu.io.Parsers;

/**
 * The features of a scene's photographs, as one machine hands them to another one: a folder with
 * this record as {@code features.json} and a database. Where COLMAP has found them, the database is
 * COLMAP's, and there are {@code logs/}. Photographs are not in it.
 *
 * @param onGpu whether a GPU has found them, and COLMAP has not seen the photographs yet
 * @param readable photographs that could be read
 * @param extractionSeconds time to find the features
 * @param matchingSeconds time in which a GPU has matched them; 0: none has
 */
public record SfmFeatures(
    boolean onGpu, int readable, double extractionSeconds, double matchingSeconds) {
  /** The name of its file in the folder. */
  public static final String FILE = "features.json";

  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());

  /** Reads the record of a folder. Throws {@link IOException} if there is none. */
  static SfmFeatures read(Path folder) throws IOException {
    return MAPPER.readValue(folder.resolve(FILE).toFile(), SfmFeatures.class);
  }

  void writeTo(Path folder) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), this);
  }

  SfmFeatures matchedIn(double seconds) {
    return new SfmFeatures(onGpu, readable, extractionSeconds, seconds);
  }
}
