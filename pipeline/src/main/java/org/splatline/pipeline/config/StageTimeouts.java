package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/** Longest time of each stage of a scene: {@code spark.timeouts}. */
public record StageTimeouts(
    Duration ingest,
    Duration features,
    Duration sfm,
    Duration train,
    Duration evaluate,
    Duration publish) {
  public StageTimeouts {
    checkAbove0(Stage.INGEST, ingest);
    checkAbove0(Stage.FEATURES, features);
    checkAbove0(Stage.SFM, sfm);
    checkAbove0(Stage.TRAIN, train);
    checkAbove0(Stage.EVALUATE, evaluate);
    checkAbove0(Stage.PUBLISH, publish);
  }

  /** The longest time of one stage. */
  public Duration of(Stage stage) {
    return switch (stage) {
      case INGEST -> ingest;
      case FEATURES -> features;
      case SFM -> sfm;
      case TRAIN -> train;
      case EVALUATE -> evaluate;
      case PUBLISH -> publish;
    };
  }

  private static void checkAbove0(Stage stage, Duration timeout) {
    checkArgument(
        timeout.toMillis() > 0,
        "Invalid spark.timeouts.%s: %s is not above 0",
        stage.word(),
        timeout);
  }
}
