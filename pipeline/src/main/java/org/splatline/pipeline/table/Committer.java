package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.splatline.gpu.Threads;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;

/**
 * Commits a run's rows to the tables, each row once. A group is first stored as {@code
 * commits/N.json}, which takes the number N for good. Then it is appended to each table under
 * transaction N, to {@code scene_runs} last, because Delta has no commit over several tables.
 * Groups are applied in order and none is skipped. So a crash at any point, a second driver of the
 * same run, or a commit that failed and is tried again neither loses nor doubles a row.
 */
public final class Committer {
  private final RunFolder run;
  private final String runId;
  private final Tables tables;
  private final CommitRetry retry;
  private final Set<String> committed = ConcurrentHashMap.newKeySet();
  private int applied;
  private int runRows;

  private Committer(RunFolder run, String runId, Tables tables, CommitRetry retry) {
    this.run = run;
    this.runId = runId;
    this.tables = tables;
    this.retry = retry;
  }

  /** Opens a committer and completes the groups that an earlier one didn't finish. */
  public static Committer open(RunFolder run, String runId, Tables tables) {
    return open(run, runId, tables, CommitRetry.standard());
  }

  /**
   * Opens a committer as {@link #open(RunFolder, String, Tables)} does.
   *
   * @param retry of commits that fail
   */
  public static Committer open(RunFolder run, String runId, Tables tables, CommitRetry retry) {
    Committer committer = new Committer(run, runId, tables, retry);
    retry.run(committer::recover);
    return committer;
  }

  private void recover() {
    Set<String> present = null;
    for (int number = applied + 1; run.group(number).isPresent(); number++) {
      present = present == null ? presentKeys() : present;
      Group group = read(number);
      if (!present.containsAll(keys(group))) {
        append(group, number);
      }
      note(group, number);
    }
  }

  /** Keys of the run's rows in the two tables that are written last. */
  private Set<String> presentKeys() {
    Set<String> keys = new HashSet<>();
    for (Row row : ofThisRun(Tables.SCENE_RUNS, "scene_id", "attempt")) {
      keys.add(sceneKey(row.getString(0), row.getInt(1)));
    }
    for (Row row : ofThisRun(Tables.RUNS, "run_id", "attempt")) {
      keys.add(runKey(row.getInt(1)));
    }
    return keys;
  }

  private List<Row> ofThisRun(Table<?> table, String first, String second) {
    return tables
        .rows(table)
        .where(col("run_id").equalTo(runId))
        .select(first, second)
        .collectAsList();
  }

  /** Whether this attempt's row is in the tables. It doesn't wait for a commit. */
  public boolean has(String sceneId, int attempt) {
    return committed.contains(sceneKey(sceneId, attempt));
  }

  /** Number of rows of the run itself so far. */
  public synchronized int runRows() {
    return runRows;
  }

  /**
   * Commits one group. Callers wait for each other. A failed try is repeated.
   *
   * @throws IllegalStateException when it fails for good; a later commit, or the next committer of
   *     the run, completes the group if it was stored
   */
  public synchronized void commit(Group group) {
    byte[] json = Json.write(group);
    retry.run(() -> applyUntil(store(json)));
  }

  /** Stores the group, unless an earlier try has stored it, and returns its number. */
  private int store(byte[] group) {
    int number = applied + 1;
    while (!run.createGroup(number, group) && !isStored(number, group)) {
      number++;
    }
    return number;
  }

  private boolean isStored(int number, byte[] group) {
    return Arrays.equals(run.group(number).orElseThrow(), group);
  }

  private void applyUntil(int number) {
    while (applied < number) { // another driver's groups come first
      Group next = read(applied + 1);
      append(next, applied + 1);
      note(next, applied + 1);
    }
  }

  private Group read(int number) {
    return Json.read(run.group(number).orElseThrow(), Group.class);
  }

  /** Two tables come last: their rows show that a group is complete. */
  private void append(Group group, int number) {
    List<Runnable> details =
        List.of(
            () -> append(Tables.SFM_ATTEMPTS, group.sfmAttempts(), number),
            () -> append(Tables.IMAGES, group.images(), number),
            () -> append(Tables.TRAINING_CURVE, group.trainingCurve(), number),
            () -> append(Tables.VIEW_METRICS, group.viewMetrics(), number),
            () -> append(Tables.MODELS, group.models(), number));
    together(details);
    if (!group
        .runs()
        .isEmpty()) { // the rows of its scenes are already there: the run's own row comes last
      tables.mergeScenes(runId);
    }
    append(Tables.RUNS, group.runs(), number);
    append(Tables.SCENE_RUNS, group.sceneRuns(), number);
  }

  /** Runs the appends at the same time: a commit mostly waits for storage. */
  private static void together(List<Runnable> appends) {
    ExecutorService threads = Threads.pool("commit", appends.size());
    try {
      CompletableFuture.allOf(
              appends.stream()
                  .map(append -> CompletableFuture.runAsync(append, threads))
                  .toArray(CompletableFuture<?>[]::new))
          .join();
    } finally {
      threads.shutdown();
    }
  }

  private <T> void append(Table<T> table, List<T> records, int number) {
    tables.append(table, records, "splatline/" + table.name() + "/" + runId, number);
  }

  private void note(Group group, int number) {
    committed.addAll(keys(group));
    runRows += group.runs().size();
    applied = number;
  }

  private static Set<String> keys(Group group) {
    Set<String> keys = new HashSet<>();
    Stream.concat(
            group.sceneRuns().stream().map(row -> sceneKey(row.sceneId(), row.attempt())),
            group.runs().stream().map(row -> runKey(row.attempt())))
        .forEach(keys::add);
    return keys;
  }

  private static String sceneKey(String sceneId, int attempt) {
    return "scene " + sceneId + " " + attempt;
  }

  private static String runKey(int attempt) {
    return "run " + attempt;
  }
}
