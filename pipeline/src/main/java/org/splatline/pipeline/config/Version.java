package org.splatline.pipeline.config;

/** Splatline's version, from its jar; {@code development} without a jar. */
public final class Version {
  public static final String NAME = name();

  private Version() {}

  private static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
