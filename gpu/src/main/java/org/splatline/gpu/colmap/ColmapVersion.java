package org.splatline.gpu.colmap;

/**
 * The version of a COLMAP program.
 *
 * @param version such as {@code 3.8}
 * @param cuda whether it was built with CUDA
 * @param text the help text that it was parsed from
 */
public record ColmapVersion(String version, boolean cuda, String text) {

  /** The supported releases. */
  public static final String SUPPORTED = "3.8 to 3.13 or 4.x";

  /** Whether it is one of {@link #SUPPORTED}. */
  public boolean isSupported() {
    return major() == 4 || (major() == 3 && 8 <= minor() && minor() <= 13);
  }

  /** The number before the first dot. */
  public int major() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /** The number after the first dot. */
  public int minor() {
    String afterDot = version.substring(version.indexOf('.') + 1);
    return Integer.parseInt(afterDot.replaceFirst("\\D.*", ""));
  }
}
