package org.splatline.pipeline.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trainings that wait for a GPU, on the driver: an executor that has begun one asks what may come
 * next and reads its pictures meanwhile. A hint only: who asks may never get that scene.
 */
public final class UpcomingScenes {
  /** By run, then by scene: what {@link #add} was given. */
  private static final Map<String, Map<String, Serializable>> WAITING = new LinkedHashMap<>();

  /** What comes next in this run, now that {@code sceneId} is begun? */
  record Question(String runId, String sceneId) implements Serializable {}

  private UpcomingScenes() {}

  /** A scene's training was handed to Spark. */
  public static synchronized void add(String runId, String sceneId, Serializable work) {
    WAITING.computeIfAbsent(runId, run -> new LinkedHashMap<>()).put(sceneId, work);
  }

  /** It is over, or an executor has it. */
  public static synchronized void remove(String runId, String sceneId) {
    Map<String, Serializable> scenes = WAITING.get(runId);
    if (scenes != null) {
      scenes.remove(sceneId);
      if (scenes.isEmpty()) {
        WAITING.remove(runId);
      }
    }
  }

  /** Each scene is told of once. */
  static synchronized Serializable answer(Question question) {
    remove(question.runId(), question.sceneId());
    Map<String, Serializable> scenes = WAITING.get(question.runId());
    if (scenes == null || scenes.isEmpty()) {
      return null;
    }
    String first = scenes.keySet().iterator().next();
    Serializable work = scenes.get(first);
    remove(question.runId(), first);
    return work;
  }

  /** On an executor that begins {@code sceneId}: the next work that the driver knows of. */
  public static Optional<Object> next(String runId, String sceneId) {
    return Optional.ofNullable(TaskHost.ask(new Question(runId, sceneId)));
  }
}
