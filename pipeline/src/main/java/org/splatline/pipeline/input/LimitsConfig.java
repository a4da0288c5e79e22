package org.splatline.pipeline.input;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;
import org.splatline.gpu.Bytes;

/**
 * What one scene may hold: configuration root {@code limits}.
 *
 * @param imagePixels of one photograph, read from its header before decoding
 * @param sceneImages files in one scene
 * @param scenePixels of all its photographs together
 * @param archiveEntries files and folders in one archive; files in one folder
 * @param archiveBytes of an archive, of everything that is unpacked from it, and of the files in
 *     one folder
 * @param archiveRatio unpacked bytes per byte of the archive
 * @param jpegScans of one JPEG file: each takes as long as decoding the picture once
 * @param ingestMemory Java heap of the process that reads a scene's files, bytes
 * @param ingestTime that the process may take
 */
public record LimitsConfig(
    long imagePixels,
    int sceneImages,
    long scenePixels,
    int archiveEntries,
    long archiveBytes,
    int archiveRatio,
    int jpegScans,
    long ingestMemory,
    Duration ingestTime)
    implements Serializable {
  private static final long LEAST_MEMORY = 32L << 20;

  public LimitsConfig {
    checkAtLeast1("image-pixels", imagePixels);
    checkAtLeast1("scene-images", sceneImages);
    checkAtLeast1("scene-pixels", scenePixels);
    checkAtLeast1("archive-entries", archiveEntries);
    checkAtLeast1("archive-bytes", archiveBytes);
    checkAtLeast1("archive-ratio", archiveRatio);
    checkAtLeast1("jpeg-scans", jpegScans);
    checkArgument(
        ingestMemory >= LEAST_MEMORY,
        "Invalid limits.ingest-memory: %s is below %s",
        Bytes.text(ingestMemory),
        Bytes.text(LEAST_MEMORY));
    checkArgument(
        ingestTime.toSeconds() >= 1, "Invalid limits.ingest-time: %s is below 1s", ingestTime);
  }

  private static void checkAtLeast1(String key, long value) {
    checkArgument(value >= 1, "Invalid limits.%s: %s is below 1", key, value);
  }
}
