package org.splatline.pipeline.config;

/** Splatline's version, from the jar; {@code development} when run from classes. */
public final class Version {
  public static final String NAME = name();

  private Version() {}

  private static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
