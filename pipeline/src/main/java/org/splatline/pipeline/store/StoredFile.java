package org.splatline.pipeline.store;

/**
 * A file below a {@link Location}.
 *
 * @param path relative, with slashes
 * @param version changes when the content does: the object's tag, else the time of modification
 */
public record StoredFile(String path, long bytes, String version) {}
