package org.splatline.pipeline.run;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.GroupCommitter;
import org.splatline.pipeline.table.SceneRunRow;

/** The rows of a run's scenes, in the run's folder and in the tables. Thread-safe. */
final class SceneRows {
  private final RunFolder run;
  private final Committer committer;
  private final GroupCommitter groups;
  private final Set<String> handedOver = ConcurrentHashMap.newKeySet();
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

  /** The row of a scene that has its final result. It is committed if it was not before. */
  Optional<SceneRunRow> result(String sceneId) {
    return run.result(sceneId).map(json -> commit(Json.read(json, Group.class)));
  }

  /** Commits the outcomes of earlier attempts that were kept but not committed. */
  void commitLeftOver(String sceneId) {
    for (int attempt : run.attempts(sceneId)) {
      if (!committer.has(sceneId, attempt)) {
        run.outcome(sceneId, attempt).ifPresent(outcome -> commit(Json.read(outcome, Group.class)));
      }
    }
  }

  /** Hands an attempt's rows over to be committed, unless they are in the tables or wait for it. */
  SceneRunRow commit(Group rows) {
    SceneRunRow row = rows.sceneRuns().get(0);
    if (!committer.has(row.sceneId(), row.attempt())
        && handedOver.add(row.attempt() + " " + row.sceneId())) {
      groups.add(rows);
      hasNew = true;
    }
    return row;
  }
}
