package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * How a picture is rendered.
 *
 * @param shDegree spherical-harmonics degree in use, 0 to 3; at most the model's
 * @param red background, 0 to 1
 * @param green background, 0 to 1
 * @param blue background, 0 to 1
 * @param dilation px² added to the diagonal of the 2-D covariance
 * @param antialiased whether opacity is multiplied by the square root of the ratio of the 2-D
 *     covariance's determinants before and after dilation (Mip-Splatting, Yu et al. 2024, section
 *     4.2)
 */
public record RenderSettings(
    int shDegree, float red, float green, float blue, float dilation, boolean antialiased) {

  public RenderSettings {
    checkArgument(0 <= shDegree && shDegree <= 3, "Invalid SH degree: %s", shDegree);
    checkArgument(dilation > 0, "Invalid dilation: %s is not above 0", dilation);
  }

  /** Renders as every 3DGS viewer does: with the usual dilation and without antialiasing. */
  public RenderSettings(int shDegree, float red, float green, float blue) {
    this(shDegree, red, green, blue, SplatConstants.COV2D_DILATION, false);
  }

  /** These settings with another dilation. */
  public RenderSettings withDilation(float newDilation) {
    return new RenderSettings(shDegree, red, green, blue, newDilation, antialiased);
  }

  /** These settings with or without antialiasing. */
  public RenderSettings withAntialiased(boolean newAntialiased) {
    return new RenderSettings(shDegree, red, green, blue, dilation, newAntialiased);
  }
}
