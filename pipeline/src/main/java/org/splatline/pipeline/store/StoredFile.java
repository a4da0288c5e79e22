package org.splatline.pipeline.store;

/**
 * A file below a {@link Location}.
 *
 * @param path relative to the location, with slashes
 * @param version changes with the content: the object's tag, or else the modification time
 */
public record StoredFile(String path, long bytes, String version) {}
