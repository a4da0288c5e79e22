package org.splatline.gpu.sfm;

import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.verdict.SceneException;

/**
 * Features that were found before, for a reconstruction that goes on from them.
 *
 * @param folder as {@link SfmFeatures} says; it is only read
 * @param unmatched why no GPU has matched them, INTERNAL or TOOL_INCOMPATIBLE; empty: one has, or
 *     none was to
 * @param byColmap why COLMAP has found them though a GPU was to; empty: none was to, or one has
 */
public record FoundFeatures(
    Path folder, Optional<SceneException> unmatched, Optional<String> byColmap) {}
