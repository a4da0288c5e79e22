package org.splatline.pipeline.table;

/**
 * What identifies one attempt at a scene.
 *
 * @param attempt from 1
 */
public record AttemptKey(String runId, String sceneId, int attempt) {}
