package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.List;

/**
 * The configuration under {@code export}.
 *
 * @param formats the file formats of a model
 * @param spzVersion of a .spz: 4, or 3 for readers that don't know it
 * @param frame the coordinate frame of its Gaussians
 * @param score whether each file is read back and scored on the held-out views
 * @param finish training of what a file holds
 * @param turntable a video of the model
 */
public record ExportConfig(
    List<String> formats,
    int spzVersion,
    Frame frame,
    boolean score,
    FinishConfig finish,
    TurntableConfig turntable)
    implements Serializable {

  /** The formats that can be written. */
  public static final List<String> FORMATS = ModelFormats.writable();

  /** Only the model itself, a .ply in its own frame. */
  public static final ExportConfig PLY =
      new ExportConfig(
          List.of("ply"), 4, Frame.MODEL, false, FinishConfig.NONE, TurntableConfig.NONE);

  /** The coordinate frame of an exported model. */
  public enum Frame {
    /** As reconstructed: any origin, any direction, any unit. */
    MODEL,
    /** East, north, up in metres if the scene has an alignment; otherwise as {@link #MODEL}. */
    ENU
  }

  public ExportConfig {
    formats = List.copyOf(formats);
    checkArgument(!formats.isEmpty(), "Invalid export.formats: it is empty. Use ply");
    for (String format : formats) {
      checkArgument(
          FORMATS.contains(format),
          "Invalid export.formats: %s is unknown. Use %s",
          format,
          String.join(", ", FORMATS));
    }
    SpzFormat.Version.of(spzVersion, "export.spz-version");
  }

  /** The version of a .spz. */
  public SpzFormat.Version spz() {
    return SpzFormat.Version.of(spzVersion, "export.spz-version");
  }
}
