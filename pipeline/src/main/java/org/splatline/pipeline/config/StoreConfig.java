package org.splatline.pipeline.config;

/**
 * Where artefacts and results lie: configuration root {@code store}.
 *
 * @param path a folder or an s3a:// prefix
 * @param singleWriter whether only one run at a time writes there
 */
public record StoreConfig(String path, SingleWriter singleWriter) {

  /** What to do about a store that lacks conditional writes, by which runs agree who was first. */
  public enum SingleWriter {
    /** Look; where it does lack them, go on as the only run that writes there. */
    AUTO,
    /** Go on as the only run, without a look. */
    ON,
    /** Refuse to start where it lacks them. */
    OFF
  }
}
