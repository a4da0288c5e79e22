package org.splatline.pipeline.input;

import java.io.Serializable;

/**
 * A scene to be done.
 *
 * @param runId of the run it is done in
 * @param id its folder's name, or what a manifest calls it
 * @param uri its folder or archive
 * @param priority against other scenes
 */
public record SceneSource(String runId, String id, String uri, ScenePriority priority)
    implements Serializable {}
