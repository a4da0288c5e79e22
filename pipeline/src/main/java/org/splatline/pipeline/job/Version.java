package org.splatline.pipeline.job;

/** Splatline's version, from the jar; {@code development} when run from classes. */
final class Version {
  static final String NAME = name();

  private Version() {}

  private static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
