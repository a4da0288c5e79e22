package org.splatline.pipeline.progress;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * What each scene is at, one line a scene. Per JVM: with a local master, where tasks run in the
 * driver's JVM, the driver sees what they say; elsewhere it sees the stages alone.
 */
public final class ProgressBoard {
  /** By run and scene. */
  private static final ConcurrentMap<Key, String> LINES = new ConcurrentHashMap<>();

  private record Key(String runId, String sceneId) {}

  private ProgressBoard() {}

  /** Replaces a scene's line. */
  public static void show(String runId, String sceneId, String line) {
    LINES.put(new Key(runId, sceneId), line);
  }

  /** Takes a scene off the board. */
  public static void clear(String runId, String sceneId) {
    LINES.remove(new Key(runId, sceneId));
  }

  /** The lines of a run's scenes in work, by scene. */
  public static List<String> lines(String runId) {
    return LINES.entrySet().stream()
        .filter(entry -> entry.getKey().runId().equals(runId))
        .collect(Collectors.toMap(entry -> entry.getKey().sceneId(), Map.Entry::getValue))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }
}
