package org.splatline.pipeline.config;

/**
 * Where the Delta tables are stored: configuration root {@code tables}.
 *
 * @param path a folder or an s3a:// prefix; empty: {@code tables} below the store
 */
public record TablesConfig(String path) {}
