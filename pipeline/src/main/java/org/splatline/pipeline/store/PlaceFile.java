package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A small file that the operator names: the configuration, a price list. */
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
      return new String(in.readAllBytes(), UTF_8);
    } catch (FileNotFoundException e) {
      throw (NoSuchFileException) new NoSuchFileException(place).initCause(e);
    }
  }
}
