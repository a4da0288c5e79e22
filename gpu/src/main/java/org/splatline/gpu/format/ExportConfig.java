package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.List;

/**
 * The configuration under {@code export}.
 *
 * @param formats names of those a model is written in
 * @param frame that its Gaussians stand in
 */
public record ExportConfig(List<String> formats, Frame frame) implements Serializable {

  /** Those that can be written. */
  public static final List<String> FORMATS = List.of("ply");

  /** Where an exported model stands. */
  public enum Frame {
    /** As reconstructed: any origin, any direction, any unit. */
    MODEL,
    /** East, north, up, in metres, where the scene has an alignment; else as {@link #MODEL}. */
    ENU
  }

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
