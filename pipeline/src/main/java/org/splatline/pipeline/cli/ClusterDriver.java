package org.splatline.pipeline.cli;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * This JVM as a driver that Spark started inside a cluster ({@code --deploy-mode cluster}), as its
 * system properties tell it. What such a JVM's main method returns or throws decides whether the
 * application has succeeded.
 */
final class ClusterDriver {
  private ClusterDriver() {}

  /** Whether this JVM is one. */
  static boolean isHere() {
    return "cluster".equals(System.getProperty("spark.submit.deployMode"))
        || Boolean.getBoolean("spark.kubernetes.submitInDriver"); // there the mode is client
  }

  /** The application's id before Spark has started; empty where only Spark knows it. */
  static Optional<String> applicationId() {
    return Stream.of("spark.yarn.app.id", "spark.app.id")
        .map(System::getProperty)
        .filter(id -> id != null && !id.isEmpty())
        .findFirst();
  }
}
