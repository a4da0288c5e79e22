package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.splatline.gpu.io.Parsers;

/** A small file that the operator names: the configuration, a price list. At most 1 MiB. */
public final class PlaceFile {
  private PlaceFile() {}

  /**
   * The text of a file. Its file system is closed again, so that a later one for the same bucket
   * can have other settings.
   *
   * @param place as {@link Place#parse} reads it
   * @throws NoSuchFileException if there is no such file
   */
  public static String text(String place, Configuration hadoop) throws IOException {
    Path path = Place.parse(place).path();
    try (FileSystem files = FileSystem.newInstance(path.toUri(), hadoop);
        InputStream in = files.open(path)) {
      byte[] bytes = in.readNBytes(Parsers.MOST_YAML + 1);
      if (bytes.length > Parsers.MOST_YAML) {
        throw new IOException(
            "it has more than the %d bytes that are read".formatted(Parsers.MOST_YAML));
      }
      return new String(bytes, UTF_8);
    } catch (FileNotFoundException e) {
      throw (NoSuchFileException) new NoSuchFileException(place).initCause(e);
    }
  }
}
