package org.splatline.pipeline.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The trainings that wait for a GPU, on the driver. An executor that starts one asks which may come
 * next, and reads its pictures meanwhile. The answer is only a hint: another executor may get that
 * scene. Thread-safe.
 */
public final class UpcomingScenes {
  /** By run, then by scene: what {@link #add} was given. */
  private final Map<String, Map<String, Serializable>> waiting = new LinkedHashMap<>();

  /** Asks which scene of the run comes after {@code sceneId}. */
  record Question(String runId, String sceneId) implements Serializable {}

  /** Adds a scene whose training was submitted to Spark. */
  public synchronized void add(String runId, String sceneId, Serializable work) {
    waiting.computeIfAbsent(runId, run -> new LinkedHashMap<>()).put(sceneId, work);
  }

  /** Removes a scene that has ended, or that an executor works on. */
  public synchronized void remove(String runId, String sceneId) {
    Map<String, Serializable> scenes = waiting.get(runId);
    if (scenes != null) {
      scenes.remove(sceneId);
      if (scenes.isEmpty()) {
        waiting.remove(runId);
      }
    }
  }

  /** The work of the next scene; null: there is none. Each scene is given out once. */
  synchronized Serializable answer(Question question) {
    remove(question.runId(), question.sceneId());
    Map<String, Serializable> scenes = waiting.get(question.runId());
    if (scenes == null || scenes.isEmpty()) {
      return null;
    }
    String first = scenes.keySet().iterator().next();
    Serializable work = scenes.get(first);
    remove(question.runId(), first);
    return work;
  }
}
