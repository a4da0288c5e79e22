package org.splatline.pipeline.config;

/**
 * Where artefacts and results lie: configuration root {@code store}.
 *
 * @param path a folder or an s3a:// prefix
 */
public record StoreConfig(String path) {}
