package org.splatline.pipeline.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What Splatline was built from, and what it runs on. */
public final class Version {
  /** Splatline's version, from its jar; {@code development} without a jar. */
  public static final String NAME = name();

  /** The name of a version without a jar. */
  public static final String DEVELOPMENT = "development";

  /** The commit that Splatline was built from; null if the build didn't know it. */
  public static final String COMMIT = commit();

  private Version() {}

  private static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? DEVELOPMENT : version;
  }

  private static String commit() {
    try (InputStream in = Version.class.getResourceAsStream("/org/splatline/commit.properties")) {
      Properties build = new Properties();
      if (in != null) {
        build.load(in);
      }
      return build.getProperty("git.commit.id.full");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the commit of this build", e);
    }
  }

  /**
   * The release of the EMR cluster, such as {@code emr-7.14.0}; null outside EMR. EMR sets the
   * variable where {@code spark-submit} runs. In cluster mode {@code
   * spark.yarn.appMasterEnv.EMR_RELEASE_LABEL} passes it on to the driver.
   */
  public static String emrRelease() {
    return System.getenv("EMR_RELEASE_LABEL");
  }
}
