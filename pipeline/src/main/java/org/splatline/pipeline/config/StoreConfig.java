package org.splatline.pipeline.config;

/**
 * Where artifacts and results are stored: configuration root {@code store}.
 *
 * @param path a folder or an s3a:// prefix
 * @param singleWriter whether only one run at a time writes to the store
 */
public record StoreConfig(String path, SingleWriter singleWriter) {

  /**
   * What to do when a store lacks conditional writes, which decide who of several runs was first.
   */
  public enum SingleWriter {
    /** Test the store. If it lacks them, continue as its only writer. */
    AUTO,
    /** Continue as the only writer, without a test. */
    ON,
    /** Refuse to start if the store lacks them. */
    OFF
  }
}
