package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/**
 * Where the Delta tables are stored and how often rows are committed: configuration root {@code
 * tables}.
 *
 * @param path a folder or an s3a:// prefix; empty: {@code tables} below the store
 * @param commitEvery longest time that rows of a large run wait for others
 * @param commitScenes number of scenes whose rows are committed without waiting, at least 1
 */
public record TablesConfig(String path, Duration commitEvery, int commitScenes) {
  public TablesConfig {
    checkArgument(
        !commitEvery.isNegative(), "Invalid tables.commit-every: %s is below 0", commitEvery);
    checkArgument(
        commitScenes >= 1, "Invalid tables.commit-scenes: %s is not at least 1", commitScenes);
  }
}
