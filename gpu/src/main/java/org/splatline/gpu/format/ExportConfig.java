package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.List;

/** The configuration under {@code export}: names of the formats a model is written in. */
public record ExportConfig(List<String> formats) implements Serializable {

  /** Those that can be written. */
  public static final List<String> FORMATS = List.of("ply");

  public ExportConfig {
    formats = List.copyOf(formats);
    checkArgument(!formats.isEmpty(), "Invalid export.formats: it is empty. Name ply");
    for (String format : formats) {
      checkArgument(
          FORMATS.contains(format),
          "Invalid export.formats: %s is not known. Take %s",
          format,
          String.join(", ", FORMATS));
    }
  }
}
