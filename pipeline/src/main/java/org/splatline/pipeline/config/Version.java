package org.splatline.pipeline.config;

/** Splatline's version, from its jar; {@code development} without a jar. */
public final class Version {
  public static final String NAME = name();

  /** The name of a version without a jar. */
  public static final String DEVELOPMENT = "development";

  private Version() {}

  private static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? DEVELOPMENT : version;
  }
}
