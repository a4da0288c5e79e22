package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.List;

/**
 * What a trained scene is written as: configuration root {@code export}.
 *
 * @param formats names of file formats
 */
public record ExportConfig(List<String> formats) {
  public ExportConfig {
    formats = List.copyOf(formats);
    for (String format : formats) {
      checkArgument(format.equals("ply"), "Invalid export.formats: %s is not ply", format);
    }
  }
}
