package org.splatline.pipeline.report;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.splatline.pipeline.report.Verification.Fault;
import org.splatline.pipeline.report.Verification.Kind;
import org.splatline.pipeline.report.Verification.Orphan;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;

/** Checks that table rows and stored files agree. Only {@link #repair} changes anything. */
public final class Verifier {
  private static final int REPAIRED_TOGETHER = 500; // scenes

  private final Store store;
  private final Tables tables;
  private final ModelFiles models;
  private final Consumer<String> progress;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Orphan> orphans = new ArrayList<>();
  private long rows;
  private long files;

  /**
   * @param models checks the files of models
   * @param progress receives what is being checked
   */
  public Verifier(Store store, Tables tables, ModelFiles models, Consumer<String> progress) {
    this.store = store;
    this.tables = tables;
    this.models = models;
    this.progress = progress;
  }

  /** Commits rows of these runs that a driver didn't commit. Existing rows stay as they are. */
  public static void repair(Store store, Tables tables, List<String> runs) {
    for (String runId : runs) {
      RunFolder run = store.run(runId);
      Committer committer = Committer.open(run, runId, tables);
      List<Group> left = new ArrayList<>();
      for (Group answer : answers(run).values()) {
        SceneRunRow row = answer.sceneRuns().get(0);
        if (!committer.has(row.sceneId(), row.attempt())) {
          left.add(answer);
        }
      }
      for (int from = 0; from < left.size(); from += REPAIRED_TOGETHER) {
        committer.commit(
            Group.of(left.subList(from, Math.min(left.size(), from + REPAIRED_TOGETHER))));
      }
    }
  }

  /** Verifies these runs. Searches for orphans only if the runs include all of the store. */
  public Verification run(List<String> runs) {
    progress.accept("searching for duplicate rows");
    Tables.all().forEach(this::duplicates);
    for (String runId : runs) {
      progress.accept("run " + runId);
      verify(runId);
    }
    if (new HashSet<>(runs).containsAll(store.runs())) {
      progress.accept("searching for files that no row refers to");
      unfinished();
    }
    return new Verification(1, rows, files, faults, orphans);
  }

  private void duplicates(Table<?> table) {
    List<String> names = table.key();
    Column[] key = names.stream().map(name -> col(name)).toArray(Column[]::new);
    List<Row> duplicates =
        tables.rows(table).groupBy(key).count().where("count > 1").collectAsList();
    for (Row row : duplicates) {
      fault(
          Kind.DOUBLE_ROW,
          names.contains("run_id") ? row.getAs("run_id") : "",
          names.contains("scene_id") ? row.getAs("scene_id") : "",
          "table %s has %d rows of one key (%s). Delete all but one, or restore the table to an earlier version with RESTORE TABLE"
              .formatted(
                  table.name(),
                  row.<Long>getAs("count"),
                  names.stream()
                      .map(name -> name + " " + row.getAs(name))
                      .collect(Collectors.joining(", "))));
    }
  }

  private void verify(String runId) {
    RunFolder run = store.run(runId);
    Map<String, SceneRunRow> committed = committed(runId);
    groups(runId, run);
    Map<String, Group> answers = answers(run);
    for (Group answer : answers.values()) {
      SceneRunRow row = answer.sceneRuns().get(0);
      if (!committed.containsKey(row.sceneId() + " " + row.attempt())) {
        fault(
            Kind.UNCOMMITTED,
            runId,
            row.sceneId(),
            "RESULT.json of attempt %d has no row. Verify with --repair, or run the run again"
                .formatted(row.attempt()));
      }
    }
    for (SceneRunRow row : committed.values()) {
      if (row.published() && !answers.containsKey(row.sceneId())) {
        fault(
            Kind.LOST_ANSWER,
            runId,
            row.sceneId(),
            "its row is published and %s is missing. Restore the file from the bucket's versions, or run the scene again with another --run-id"
                .formatted(run.resultUri(row.sceneId())));
      }
    }
    models(runId);
    attempts(runId, run, committed);
  }

  /** The run's rows by scene and attempt. */
  private Map<String, SceneRunRow> committed(String runId) {
    Map<String, SceneRunRow> committed = new HashMap<>();
    for (Row row : ofRun(Tables.SCENE_RUNS, runId)) {
      SceneRunRow read = Tables.SCENE_RUNS.toRecord(row);
      committed.put(read.sceneId() + " " + read.attempt(), read);
    }
    return committed;
  }

  private List<Row> ofRun(Table<?> table, String runId) {
    List<Row> found = tables.rows(table).where(col("run_id").equalTo(runId)).collectAsList();
    rows += found.size();
    return found;
  }

  private static Map<String, Group> answers(RunFolder run) {
    Map<String, Group> answers = new HashMap<>();
    for (String scene : run.scenes()) {
      run.result(scene).ifPresent(json -> answers.put(scene, Json.read(json, Group.class)));
    }
    return answers;
  }

  /** Counts the rows of all groups: a group is appended completely or not at all. */
  private void groups(String runId, RunFolder run) {
    Map<Table<?>, Integer> expected = new LinkedHashMap<>();
    int number = 1;
    for (Optional<byte[]> group = run.group(1); group.isPresent(); group = run.group(++number)) {
      files++;
      Json.read(group.get(), Group.class)
          .sizes()
          .forEach((table, size) -> expected.merge(table, size, Integer::sum));
    }
    expected.forEach(
        (table, size) -> {
          long present = tables.rows(table).where(col("run_id").equalTo(runId)).count();
          rows += present;
          if (present < size) {
            fault(
                Kind.LOST_ROWS,
                runId,
                "",
                "table %s has %d rows of the %d that its groups hold. Verify with --repair; if that changes nothing, restore the table to a version that has them"
                    .formatted(table.name(), present, size));
          }
        });
  }

  private void models(String runId) {
    for (Row row : ofRun(Tables.MODELS, runId)) {
      files++;
      models
          .fault(Tables.MODELS.toRecord(row))
          .ifPresent(what -> fault(Kind.WRONG_FILE, runId, row.getAs("scene_id"), what));
    }
  }

  /** Finds attempts that were interrupted before they had an outcome. */
  private void attempts(String runId, RunFolder run, Map<String, SceneRunRow> committed) {
    Set<String> known = committed.keySet();
    for (String scene : run.scenes()) {
      for (int attempt : run.attempts(scene)) {
        if (!known.contains(scene + " " + attempt)) {
          orphan(run.attempt(scene, attempt), "attempt of run " + runId + " without a row");
        }
      }
    }
  }

  private void unfinished() {
    for (String stage : store.location().at("artifacts").folders()) {
      for (String key : store.location().at("artifacts/" + stage).folders()) {
        if (!store.location().exists("artifacts/%s/%s/COMPLETE.json".formatted(stage, key))) {
          orphan(
              store.location().at("artifacts/" + stage + "/" + key),
              "unfinished or running: an interrupted upload");
        }
      }
    }
    for (String key : store.location().at("checkpoints").folders()) {
      orphan(
          store.location().at("checkpoints/" + key),
          "unfinished or running: checkpoints of a training");
    }
  }

  private void orphan(Location place, String why) {
    long bytes = place.files().stream().mapToLong(file -> file.bytes()).sum();
    orphans.add(new Orphan(place.uri(), bytes, why));
  }

  private void fault(Kind kind, String runId, String sceneId, String what) {
    faults.add(new Fault(kind, runId, sceneId, what));
  }
}
