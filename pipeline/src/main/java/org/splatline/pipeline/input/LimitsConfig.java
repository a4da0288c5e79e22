package org.splatline.pipeline.input;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * What one scene may hold: configuration root {@code limits}.
 *
 * @param imagePixels of one photograph, read from its header before decoding
 * @param sceneImages files in one scene
 * @param scenePixels of all its photographs together
 * @param archiveEntries files and folders in one archive
 * @param archiveBytes of an archive, and of everything that is unpacked from it
 * @param archiveRatio unpacked bytes per byte of the archive
 */
public record LimitsConfig(
    long imagePixels,
    int sceneImages,
    long scenePixels,
    int archiveEntries,
    long archiveBytes,
    int archiveRatio)
    implements Serializable {
  public LimitsConfig {
    checkAtLeast1("image-pixels", imagePixels);
    checkAtLeast1("scene-images", sceneImages);
    checkAtLeast1("scene-pixels", scenePixels);
    checkAtLeast1("archive-entries", archiveEntries);
    checkAtLeast1("archive-bytes", archiveBytes);
    checkAtLeast1("archive-ratio", archiveRatio);
  }

  private static void checkAtLeast1(String key, long value) {
    checkArgument(value >= 1, "Invalid limits.%s: %s is below 1", key, value);
  }
}
