package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/** Longest time of each stage of a scene: {@code spark.timeouts}. */
public record StageTimeouts(Duration ingest, Duration sfm, Duration train, Duration publish) {
  public StageTimeouts {
    checkAbove0("ingest", ingest);
    checkAbove0("sfm", sfm);
    checkAbove0("train", train);
    checkAbove0("publish", publish);
  }

  /** The timeout of the stage with this name. */
  public Duration of(String stage) {
    return switch (stage) {
      case "ingest" -> ingest;
      case "sfm" -> sfm;
      case "train" -> train;
      case "publish" -> publish;
      default -> throw new IllegalArgumentException("Unknown stage: " + stage);
    };
  }

  private static void checkAbove0(String stage, Duration timeout) {
    checkArgument(
        timeout.toMillis() > 0, "Invalid spark.timeouts.%s: %s is not above 0", stage, timeout);
  }
}
