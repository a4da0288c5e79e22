package org.splatline.pipeline.job;

import java.io.Serializable;

/**
 * A scene to be done.
 *
 * @param runId of the run it is done in
 * @param id its folder's name
 * @param uri its folder
 */
public record SceneSource(String runId, String id, String uri) implements Serializable {}
