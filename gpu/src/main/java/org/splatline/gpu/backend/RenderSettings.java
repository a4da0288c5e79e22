package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * How a picture is rendered.
 *
 * @param shDegree bands in use, 0 to 3; no more than the model has
 * @param red background, 0 to 1
 * @param green background, 0 to 1
 * @param blue background, 0 to 1
 */
public record RenderSettings(int shDegree, float red, float green, float blue) {

  public RenderSettings {
    checkArgument(0 <= shDegree && shDegree <= 3, "Invalid SH degree: %s", shDegree);
  }
}
