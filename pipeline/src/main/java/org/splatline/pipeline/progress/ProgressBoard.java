package org.splatline.pipeline.progress;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What each scene in work is at, on the driver: the last beat its task sent. */
public final class ProgressBoard {
  private static final ConcurrentMap<Key, SceneBeat> BEATS = new ConcurrentHashMap<>();

  private record Key(String runId, String sceneId) {}

  private ProgressBoard() {}

  /** Puts a scene on the board. */
  public static void open(SceneBeat beat) {
    BEATS.put(new Key(beat.runId(), beat.sceneId()), beat);
  }

  /** Replaces a scene's beat; one that comes late, when the scene is off the board, is dropped. */
  public static void show(SceneBeat beat) {
    BEATS.computeIfPresent(new Key(beat.runId(), beat.sceneId()), (key, before) -> beat);
  }

  /** Takes a scene off the board. */
  public static void clear(String runId, String sceneId) {
    BEATS.remove(new Key(runId, sceneId));
  }

  /** The last beat of a scene in work. */
  public static Optional<SceneBeat> beat(String runId, String sceneId) {
    return Optional.ofNullable(BEATS.get(new Key(runId, sceneId)));
  }

  /** The lines of a run's scenes in work, by scene. */
  public static List<String> lines(String runId) {
    return BEATS.values().stream()
        .filter(beat -> beat.runId().equals(runId))
        .sorted(Comparator.comparing(SceneBeat::sceneId))
        .map(SceneBeat::line)
        .toList();
  }
}
