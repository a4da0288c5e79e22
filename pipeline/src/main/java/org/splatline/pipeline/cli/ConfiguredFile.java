package org.splatline.pipeline.cli;

import java.io.IOException;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.PlaceFile;

/** The file that {@code --config} names. Apart from the options, which mention no Hadoop. */
final class ConfiguredFile {
  private ConfiguredFile() {}

  static String text(String place) throws IOException {
    return PlaceFile.text(place, SparkSessions.submittedHadoop());
  }
}
