package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.pipeline.store.DamagedFileException;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;

/**
 * Commits a run's rows to the tables, each row once. A group is first stored as {@code
 * commits/N.json}, which takes the number N for good. Then it is appended to each table under
 * transaction N, to {@code scene_runs} last, because Delta has no commit over several tables.
 * Groups are applied in order and none is skipped; rows of an attempt that an earlier group holds
 * are left out. So a crash at any point, a second driver of the same run, or a commit that failed
 * and is tried again neither loses nor doubles a row. A group whose file is damaged counts as
 * empty.
 */
public final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final RunFolder run;
  private final String runId;
  private final Tables tables;
  private final CommitRetry retry;
  private final Set<String> committed = ConcurrentHashMap.newKeySet();
  private final List<String> damaged = new ArrayList<>();
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
    Set<String> present = null; // not read
    for (int number = applied + 1; run.group(number).isPresent(); number++) {
      present = present == null ? presentKeys() : present;
      Group group = read(number);
      if (!present.containsAll(group.keys())) {
        append(group, number);
      }
      note(group, number);
    }
    if (!damaged.isEmpty()) { // what those groups held and the tables have isn't committed again
      committed.addAll(present == null ? presentKeys() : present);
    }
  }

  /** Keys of the run's rows in the two tables that are written last. */
  private Set<String> presentKeys() {
    Set<String> keys = new HashSet<>();
    for (Row row : ofThisRun(Tables.SCENE_RUNS, "scene_id", "attempt")) {
      keys.add(Group.sceneKey(row.getString(0), row.getInt(1)));
    }
    for (Row row : ofThisRun(Tables.RUNS, "run_id", "attempt")) {
      keys.add(Group.runKey(row.getInt(1)));
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
    return committed.contains(Group.sceneKey(sceneId, attempt));
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

  /** The rows of a group that no earlier group holds. */
  private Group read(int number) {
    try {
      return run.group(number)
          .map(json -> Json.read(json, Group.class, run.groupUri(number)))
          .orElseThrow()
          .without(committed);
    } catch (DamagedFileException e) {
      String sentence =
          "%s. Its rows are committed again from the RESULT.json and OUTCOME.json of its scenes. Leave the file: its number is taken"
              .formatted(e.getMessage());
      LOG.warn("{}", sentence, e);
      damaged.add(sentence);
      return Group.of(List.of());
    }
  }

  /** A sentence about each group whose file is damaged. */
  public synchronized List<String> damaged() {
    return List.copyOf(damaged);
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
    tables.append(table, records, transaction(table, runId), number);
  }

  /** Delta's name for the groups of one run in one table. */
  static String transaction(Table<?> table, String runId) {
    return "splatline/" + table.name() + "/" + runId;
  }

  private void note(Group group, int number) {
    committed.addAll(group.keys());
    runRows += group.runs().size();
    applied = number;
  }
}
