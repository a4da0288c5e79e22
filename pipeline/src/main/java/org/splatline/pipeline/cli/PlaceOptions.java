package org.splatline.pipeline.cli;

import java.io.IOException;
import org.splatline.gpu.cli.ConfigOptions;

/** The options of commands whose configuration may be on S3 or any other place of Hadoop. */
final class PlaceOptions extends ConfigOptions {
  @Override
  protected String text(String name) throws IOException {
    boolean hasScheme = name.matches("[A-Za-z][A-Za-z0-9+.-]+:.*"); // Place would load Hadoop
    return hasScheme ? ConfiguredFile.text(name) : super.text(name);
  }
}
