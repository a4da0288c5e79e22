package org.splatline.pipeline.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.splatline.pipeline.report.Verification.Fault;
import org.splatline.pipeline.report.Verification.Kind;
import org.splatline.pipeline.report.Verification.Orphan;
import org.splatline.pipeline.store.DamagedFileException;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.RunLease;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.AttemptKey;
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
  private final Map<Table<?>, Present> present = new HashMap<>();
  private long rows;
  private long files;

  /**
   * What a table has of each run.
   *
   * @param groups the last group whose rows it has
   * @param rows their number at the same time or later
   */
  private record Present(Map<String, Long> groups, Map<String, Long> rows) {}

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
      Set<AttemptKey> found = new HashSet<>(); // an attempt may keep its rows in two files
      for (Group rows : keptRows(run, file -> {})) {
        SceneRunRow row = rows.sceneRuns().get(0);
        if (!committer.has(row.sceneId(), row.attempt()) && found.add(row.key())) {
          left.add(rows);
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
    Tables.all().forEach(table -> present.put(table, count(table, runs)));
    for (String runId : runs) {
      progress.accept("run " + runId);
      verify(runId);
    }
    progress.accept("results of scenes");
    results(Set.copyOf(runs));
    if (new HashSet<>(runs).containsAll(store.runs())) {
      progress.accept("searching for files that no row refers to");
      unfinished();
    }
    return new Verification(1, rows, files, faults, orphans);
  }

  /** Counts the rows of each run, and finds keys that several rows have. */
  private Present count(Table<?> table, List<String> runs) {
    Map<String, Long> groups = new HashMap<>();
    runs.forEach(run -> groups.put(run, tables.lastGroup(table, run)));
    List<String> names = table.key();
    Column[] key = names.stream().map(name -> col(name)).toArray(Column[]::new);
    Dataset<Row> byKey = tables.rows(table).groupBy(key).count();
    Column run = names.contains("run_id") ? col("run_id") : lit("");
    List<Row> byRun = byKey.groupBy(run.as("run")).agg(sum("count"), max("count")).collectAsList();
    Map<String, Long> counts = new HashMap<>();
    byRun.forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    if (byRun.stream().anyMatch(row -> row.getLong(2) > 1)) {
      duplicates(table, byKey);
    }
    return new Present(groups, counts);
  }

  private void duplicates(Table<?> table, Dataset<Row> byKey) {
    List<String> names = table.key();
    for (Row row : byKey.where("count > 1").collectAsList()) {
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
    for (Group kept : keptRows(run, what -> fault(Kind.DAMAGED_FILE, runId, "", what))) {
      SceneRunRow row = kept.sceneRuns().get(0);
      if (!committed.containsKey(row.sceneId() + " " + row.attempt())) {
        unfinished(
            runId, row.sceneId(), "attempt %d has ended and has no row".formatted(row.attempt()));
      }
    }
    for (SceneRunRow row : committed.values()) {
      if (row.published() && run.result(row.sceneId()).isEmpty()) {
        answerIsGone(runId, run, row);
      }
    }
    models(runId);
    attempts(runId, run, committed);
  }

  /** {@code retry} sets an answer aside until there is a new one. */
  private void answerIsGone(String runId, RunFolder run, SceneRunRow row) {
    if (run.setAside(row.sceneId(), row.attempt()).isPresent()) {
      unfinished(
          runId, row.sceneId(), "retry has set its answer aside, and there is no new one yet");
      return;
    }
    fault(
        Kind.LOST_ANSWER,
        runId,
        row.sceneId(),
        "its row is published and %s is missing. Restore the file from the bucket's versions, or run the scene again with another --run-id"
            .formatted(run.resultUri(row.sceneId())));
  }

  /** A run that a driver is at work on isn't finished either, and that is no fault. */
  private void unfinished(String runId, String sceneId, String what) {
    if (RunLease.holder(store.run(runId)).isEmpty()) {
      fault(
          Kind.UNFINISHED,
          runId,
          sceneId,
          what
              + ". Run again with --run-id %s to complete it; verify with --repair adds rows alone"
                  .formatted(runId));
    }
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

  /** The rows that scenes keep in their own files: of each attempt that has ended. */
  private static List<Group> keptRows(RunFolder run, Consumer<String> damaged) {
    List<Group> kept = new ArrayList<>();
    for (String scene : run.scenes()) {
      for (int attempt : run.attempts(scene)) {
        run.outcome(scene, attempt)
            .flatMap(json -> read(json, run.outcomeUri(scene, attempt), damaged))
            .ifPresent(kept::add);
      }
      run.result(scene)
          .flatMap(json -> read(json, run.resultUri(scene), damaged))
          .ifPresent(kept::add);
    }
    return kept;
  }

  private static Optional<Group> read(byte[] json, String file, Consumer<String> damaged) {
    try {
      return Optional.of(Json.read(json, Group.class, file));
    } catch (DamagedFileException e) {
      damaged.accept(
          e.getMessage()
              + ". Restore it from the bucket's versions, or delete it and run again: work is reused from the store");
      return Optional.empty();
    }
  }

  /**
   * Counts the rows of the groups that a table has: a group is appended completely or not at all.
   */
  private void groups(String runId, RunFolder run) {
    Map<Table<?>, Integer> expected = new LinkedHashMap<>();
    Set<String> earlier = new HashSet<>();
    int number = 1;
    for (Optional<byte[]> json = run.group(1); json.isPresent(); json = run.group(++number)) {
      files++;
      Group group = group(json.get(), runId, run.groupUri(number)).without(earlier);
      earlier.addAll(group.keys());
      Set<String> missing = new TreeSet<>();
      for (Map.Entry<Table<?>, Integer> size : group.sizes().entrySet()) {
        if (number <= present.get(size.getKey()).groups().get(runId)) {
          expected.merge(size.getKey(), size.getValue(), Integer::sum);
        } else if (size.getValue() > 0) {
          missing.add(size.getKey().name());
        }
      }
      if (!missing.isEmpty()) {
        unfinished(
            runId,
            "",
            "rows of %s are not in %s yet"
                .formatted(run.groupUri(number), String.join(", ", missing)));
      }
    }
    expected.forEach(
        (table, size) -> {
          long found = present.get(table).rows().getOrDefault(runId, 0L);
          rows += found;
          if (found < size) {
            fault(
                Kind.LOST_ROWS,
                runId,
                "",
                "table %s has %d rows of the %d that were committed. Restore the table to a version that has them with RESTORE TABLE"
                    .formatted(table.name(), found, size));
          }
        });
  }

  private Group group(byte[] json, String runId, String file) {
    try {
      return Json.read(json, Group.class, file);
    } catch (DamagedFileException e) {
      fault(
          Kind.DAMAGED_FILE,
          runId,
          "",
          e.getMessage()
              + ". Restore it from the bucket's versions, or leave it: its rows are committed again from the files of its scenes when the run is run again");
      return Group.of(List.of());
    }
  }

  private void models(String runId) {
    for (Row row : ofRun(Tables.MODELS, runId)) {
      files++;
      models
          .fault(Tables.MODELS.toRecord(row))
          .ifPresent(what -> fault(Kind.WRONG_FILE, runId, row.getAs("scene_id"), what));
    }
  }

  /** Compares the results of scenes that these runs published with their lists of files. */
  private void results(Set<String> runs) {
    for (String scene : store.scenesWithResults()) {
      String file = scene + "/metrics.json";
      Optional<byte[]> json = store.results().find(file);
      if (json.isPresent()) {
        try {
          JsonNode metrics = Json.read(json.get(), JsonNode.class, store.results().uri(file));
          String runId = metrics.path("run_id").asText();
          if (runs.contains(runId)) {
            results(runId, scene, metrics.path("files"));
          }
        } catch (DamagedFileException e) {
          fault(Kind.DAMAGED_FILE, "", scene, e.getMessage() + ". " + ModelFiles.AGAIN);
        }
      }
    }
  }

  private void results(String runId, String scene, JsonNode wanted) {
    Map<String, Long> present = new HashMap<>();
    Location folder = store.results().at(scene);
    folder.files().forEach(file -> present.put(file.path(), file.bytes()));
    wanted
        .fields()
        .forEachRemaining(
            file -> {
              files++;
              Long bytes = present.get(file.getKey());
              String uri = folder.uri(file.getKey());
              if (bytes == null) {
                fault(
                    Kind.WRONG_FILE,
                    runId,
                    scene,
                    "%s is missing. %s".formatted(uri, ModelFiles.AGAIN));
              } else if (bytes != file.getValue().asLong()) {
                fault(
                    Kind.WRONG_FILE,
                    runId,
                    scene,
                    "%s has %d bytes, metrics.json says %d. %s"
                        .formatted(uri, bytes, file.getValue().asLong(), ModelFiles.AGAIN));
              }
            });
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
    for (String scene : store.scenesWithResults()) {
      if (!store.results().exists(scene + "/metrics.json")) {
        orphan(store.results().at(scene), "unfinished or running: results without metrics.json");
      }
    }
    for (String part : store.results().unfinishedFolders()) {
      orphan(store.results().at(part), "unfinished or running: results that are not in place");
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
