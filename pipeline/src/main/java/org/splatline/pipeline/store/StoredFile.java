package org.splatline.pipeline.store;

import java.time.Instant;

/**
 * A file below a {@link Location}.
 *
 * @param path relative to the location, with slashes
 * @param version changes with the content: the object's tag, or else the modification time
 * @param modifiedAt when it was written last
 */
public record StoredFile(String path, long bytes, String version, Instant modifiedAt) {}
