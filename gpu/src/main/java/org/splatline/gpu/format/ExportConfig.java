package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.List;

/** The configuration under {@code export}: names of the formats a model is written in. */
public record ExportConfig(List<String> formats) implements Serializable {
  public ExportConfig {
    formats = List.copyOf(formats);
    checkArgument(!formats.isEmpty(), "Invalid export.formats: it is empty. Name ply");
    for (String format : formats) {
      checkArgument(
          format.equals("ply"), "Invalid export.formats: %s is not known. Take ply", format);
    }
  }
}
