package org.splatline.pipeline.progress;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The last beat of each scene that is being worked on, kept on the driver. Thread-safe. */
public final class ProgressBoard {
  private final ConcurrentMap<Key, SceneBeat> beats = new ConcurrentHashMap<>();

  private record Key(String runId, String sceneId) {}

  /** Puts a scene on the board. */
  public void open(SceneBeat beat) {
    beats.put(new Key(beat.runId(), beat.sceneId()), beat);
  }

  /** Replaces a scene's beat. A late beat, of a scene that is off the board, is dropped. */
  public void show(SceneBeat beat) {
    beats.computeIfPresent(new Key(beat.runId(), beat.sceneId()), (key, before) -> beat);
  }

  /** Takes a scene off the board. */
  public void clear(String runId, String sceneId) {
    beats.remove(new Key(runId, sceneId));
  }

  /** The last beat of a scene; empty: it is not on the board. */
  public Optional<SceneBeat> beat(String runId, String sceneId) {
    return Optional.ofNullable(beats.get(new Key(runId, sceneId)));
  }

  /** The lines of a run's scenes, ordered by scene. */
  public List<String> lines(String runId) {
    return beats.values().stream()
        .filter(beat -> beat.runId().equals(runId))
        .sorted(Comparator.comparing(SceneBeat::sceneId))
        .map(SceneBeat::line)
        .toList();
  }
}
