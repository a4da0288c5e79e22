package org.splatline.pipeline.run;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.pipeline.store.DamagedFileException;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.table.AttemptKey;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.GroupCommitter;
import org.splatline.pipeline.table.SceneRunRow;

/** The rows of a run's scenes, in the run's folder and in the tables. Thread-safe. */
final class SceneRows {
  private static final Logger LOG = LoggerFactory.getLogger(SceneRows.class);

  private final RunFolder run;
  private final Committer committer;
  private final GroupCommitter groups;
  private final Set<AttemptKey> handedOver = ConcurrentHashMap.newKeySet();
  private volatile boolean hasNew;

  SceneRows(RunFolder run, Committer committer, GroupCommitter groups) {
    this.run = run;
    this.committer = committer;
    this.groups = groups;
  }

  /** Whether any row was committed that was not in the tables before. */
  boolean hasNew() {
    return hasNew;
  }

  /** Reserves the number of a scene's next attempt. */
  int startAttempt(String sceneId) {
    return run.startAttempt(sceneId);
  }

  /**
   * The row of a scene that has its final result. It is committed if it was not before.
   *
   * @throws IllegalStateException when the result's file is damaged
   */
  Optional<SceneRunRow> result(String sceneId) {
    try {
      return run.result(sceneId)
          .map(json -> commit(Json.read(json, Group.class, run.resultUri(sceneId))));
    } catch (DamagedFileException e) {
      throw new IllegalStateException(
          "%s. Delete it and run again: the scene's work is reused from the store"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Commits the outcomes of earlier attempts that were kept but not committed. */
  void commitLeftOver(String sceneId) {
    for (int attempt : run.attempts(sceneId)) {
      if (!committer.has(sceneId, attempt)) {
        run.outcome(sceneId, attempt)
            .ifPresent(outcome -> commitLeftOver(sceneId, attempt, outcome));
      }
    }
  }

  private void commitLeftOver(String sceneId, int attempt, byte[] outcome) {
    try {
      commit(Json.read(outcome, Group.class, run.outcomeUri(sceneId, attempt)));
    } catch (DamagedFileException e) {
      LOG.warn("The attempt has no row: {}", e.getMessage());
    }
  }

  /** Hands an attempt's rows over to be committed, unless they are in the tables or wait for it. */
  SceneRunRow commit(Group rows) {
    SceneRunRow row = rows.sceneRuns().get(0);
    if (!committer.has(row.sceneId(), row.attempt()) && handedOver.add(row.key())) {
      groups.add(rows);
      hasNew = true;
    }
    return row;
  }
}
