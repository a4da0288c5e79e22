package org.splatline.pipeline.ingest;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * What one scene may hold: configuration root {@code limits}.
 *
 * @param imagePixels of one photograph, read from its header before decoding
 * @param sceneImages files in one scene
 */
public record LimitsConfig(long imagePixels, int sceneImages) implements Serializable {
  public LimitsConfig {
    checkArgument(imagePixels >= 1, "Invalid limits.image-pixels: %s is below 1", imagePixels);
    checkArgument(sceneImages >= 1, "Invalid limits.scene-images: %s is below 1", sceneImages);
  }
}
