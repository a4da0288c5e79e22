package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;

class CommitterIT {
  @TempDir static Path folder;
  private static Tables tables;
  private static Store store;

  private final List<String> failures = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void create() {
    tables = TableTemplate.emptyBelow(folder);
    store = Store.open(folder.resolve("store").toString(), new Configuration());
    List.of("once", "refused", "dies").forEach(CommitterIT::refuse);
  }

  @Test
  @Tag("both-lanes")
  void committingARunTwiceAddsNothing() {
    RunFolder run = store.run("twice");
    Committer.open(run, "twice", tables).commit(Rows.group("twice", "garden"));

    Committer again = Committer.open(run, "twice", tables);

    assertThat(again.has("garden", 2)).isTrue();
    assertThat(again.has("garden", 1)).isFalse();
    assertThat(counts("twice")).containsExactly(0L, 1L, 1L, 2L, 2L, 2L, 1L);
  }

  @Test
  void groupsFollowEachOther() {
    Committer committer = Committer.open(store.run("three"), "three", tables);
    committer.commit(Rows.brief("three", "garden"));
    committer.commit(Rows.brief("three", "street"));
    committer.commit(Group.of(Rows.run("three")));
    assertThat(counts("three")).containsExactly(1L, 2L, 0L, 4L, 0L, 0L, 0L);
    assertThat(Committer.open(store.run("three"), "three", tables).runRows()).isEqualTo(1);
  }

  @Test
  void aLargeRunsRowsAreCommittedTogether() {
    RunFolder run = store.run("large");
    Committer committer = Committer.open(run, "large", tables);
    try (GroupCommitter groups =
        GroupCommitter.start(committer, 2000, Duration.ofHours(1), 100, failures::add)) {
      for (int i = 0; i < 101; i++) {
        groups.add(Rows.brief("large", "scene" + i));
      }
      groups.flush();
      assertThat(committer.has("scene100", 2)).isTrue();
      groups.add(Rows.brief("large", "late"));
    }
    assertThat(counts("large")).containsExactly(0L, 102L, 0L, 204L, 0L, 0L, 0L);
    assertThat(run.group(3)).as("of 100, 1 and 1 scenes").isPresent();
    assertThat(run.group(4)).isEmpty();
  }

  @Test
  void aSmallRunsRowsAreCommittedAsTheyCome() throws InterruptedException {
    RunFolder run = store.run("small");
    Committer committer = Committer.open(run, "small", tables);
    try (GroupCommitter groups =
        GroupCommitter.start(committer, 2, Duration.ofHours(1), 500, failures::add)) {
      groups.add(Rows.brief("small", "garden"));
      assertThat(isCommitted(committer, "garden")).isTrue();
    }
  }

  @Test
  void aLargeRunsRowsWaitOnlySoLong() throws InterruptedException {
    Committer committer = Committer.open(store.run("slow"), "slow", tables);
    try (GroupCommitter groups =
        GroupCommitter.start(committer, 2000, Duration.ofMillis(50), 500, failures::add)) {
      groups.add(Rows.brief("slow", "garden"));
      assertThat(isCommitted(committer, "garden")).isTrue();
    }
  }

  /** Waits for a row's commit, for a minute at most. */
  private static boolean isCommitted(Committer committer, String scene)
      throws InterruptedException {
    for (int i = 0; i < 6000 && !committer.has(scene, 2); i++) {
      Thread.sleep(10);
    }
    return committer.has(scene, 2);
  }

  @Test
  @Tag("both-lanes")
  void aCrashBetweenTwoTablesIsRepaired() {
    RunFolder run = store.run("crash");
    Committer.open(run, "crash", tables).commit(Rows.brief("crash", "garden"));
    Group halfDone = Rows.brief("crash", "street");
    run.createGroup(2, Json.write(halfDone));
    tables.append(Tables.IMAGES, halfDone.images(), "splatline/images/crash", 2);

    Committer committer = Committer.open(run, "crash", tables);

    assertThat(committer.has("street", 2)).isTrue();
    assertThat(counts("crash")).containsExactly(0L, 2L, 0L, 4L, 0L, 0L, 0L);
  }

  @Test
  void aCrashBeforeTheFirstTableIsRepaired() {
    RunFolder run = store.run("early");
    run.createGroup(1, Json.write(Rows.brief("early", "garden")));
    Committer.open(run, "early", tables);
    assertThat(counts("early")).containsExactly(0L, 1L, 0L, 2L, 0L, 0L, 0L);
  }

  @Test
  void twoCommittersOfARunLoseNoRow() {
    RunFolder run = store.run("two");
    Committer first = Committer.open(run, "two", tables);
    Committer second = Committer.open(run, "two", tables);
    second.commit(Rows.brief("two", "garden"));
    first.commit(Rows.brief("two", "street"));
    second.commit(Rows.brief("two", "castle"));
    assertThat(counts("two")).containsExactly(0L, 3L, 0L, 6L, 0L, 0L, 0L);
  }

  /** As two drivers of one run do that both find the scene's RESULT.json. */
  @Test
  @Tag("both-lanes")
  void twoCommittersOfOneAttemptDoubleNoRow() {
    RunFolder run = store.run("same");
    Committer first = Committer.open(run, "same", tables);
    Committer second = Committer.open(run, "same", tables);
    first.commit(Rows.group("same", "garden"));
    second.commit(Group.of(List.of(Rows.group("same", "garden"), Rows.group("same", "street"))));
    first.commit(Group.of(Rows.run("same")));
    second.commit(Group.of(Rows.run("same")));
    assertThat(counts("same")).containsExactly(1L, 2L, 2L, 4L, 4L, 4L, 2L);

    Committer.open(run, "same", tables);
    assertThat(counts("same")).containsExactly(1L, 2L, 2L, 4L, 4L, 4L, 2L);
  }

  /** The first group was applied before its file was damaged, the second was not. */
  @Test
  void aDamagedGroupIsNamedAndItsRowsAreCommittedAgain() {
    RunFolder run = store.run("damaged");
    Committer.open(run, "damaged", tables).commit(Rows.brief("damaged", "garden"));
    damage(1);
    byte[] late = Json.write(Rows.brief("damaged", "late"));
    run.createGroup(2, Arrays.copyOf(late, late.length / 2));

    Committer committer = Committer.open(run, "damaged", tables);

    assertThat(committer.damaged())
        .hasSize(2)
        .allMatch(sentence -> sentence.contains("it is damaged") && sentence.contains("Leave"))
        .first()
        .asString()
        .contains(run.groupUri(1));
    assertThat(committer.has("garden", 2)).isTrue();
    assertThat(committer.has("late", 2)).isFalse();
    committer.commit(Rows.brief("damaged", "late"));
    assertThat(counts("damaged")).containsExactly(0L, 2L, 0L, 4L, 0L, 0L, 0L);
    assertThat(run.group(3)).isPresent();
  }

  private static void damage(int group) {
    store.location().write("runs/damaged/commits/%d.json".formatted(group), new byte[0]);
  }

  /** Whatever ends the committer's thread while it tries a commit again. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        OutOfMemoryError.class,
        LinkageError.class,
        StackOverflowError.class,
        InterruptedException.class,
        IOException.class
      })
  void aCommitterThatDiesOfAnythingLeavesNobodyWaiting(Class<? extends Throwable> kind)
      throws ReflectiveOperationException {
    String runId = "dies_" + kind.getSimpleName();
    Throwable cause = kind.getConstructor().newInstance();
    CommitRetry dying = new CommitRetry(2, failures -> throwUndeclared(cause));
    try (GroupCommitter groups =
        GroupCommitter.start(
            Committer.open(store.run(runId), runId, tables, dying),
            2,
            Duration.ofHours(1),
            500,
            failures::add)) {
      groups.add(Rows.brief(runId, "garden"));
      assertThatThrownBy(groups::flush).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(groups::flush).isInstanceOf(IllegalStateException.class);
    }
    assertThat(failures).hasSize(1);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void throwUndeclared(Throwable cause) throws E {
    throw (E) cause;
  }

  /** The last table refuses the rows, so that the others have theirs when the try fails. */
  @Test
  void aCommitThatFailsOnceIsTriedAgain() {
    RunFolder run = store.run("once");
    Committer committer =
        Committer.open(run, "once", tables, new CommitRetry(2, failures -> allow("once")));

    committer.commit(Rows.brief("once", "garden"));

    assertThat(counts("once")).containsExactly(0L, 1L, 0L, 2L, 0L, 0L, 0L);
    assertThat(run.group(2)).as("the second try used the same number").isEmpty();
  }

  @Test
  void aCommitThatFailsForGoodIsTold() {
    RunFolder run = store.run("refused");
    try (GroupCommitter groups =
        GroupCommitter.start(
            Committer.open(run, "refused", tables, new CommitRetry(2, failures -> {})),
            2,
            Duration.ZERO,
            500,
            failures::add)) {
      groups.add(Rows.brief("refused", "garden"));
      assertThatThrownBy(groups::flush).hasMessageContainingAll("try 2 of 2", "refuse_refused");
      assertThatThrownBy(() -> groups.add(Rows.brief("refused", "street")))
          .hasMessageContaining("refuse_refused");
    }
    assertThat(failures).singleElement().asString().contains("refuse_refused");
    allow("refused");

    assertThat(Committer.open(run, "refused", tables).has("garden", 2)).isTrue();
    assertThat(counts("refused")).containsExactly(0L, 1L, 0L, 2L, 0L, 0L, 0L);
  }

  /** As after a try that stored the group, but did not get the store's answer. */
  @Test
  void aGroupThatIsStoredAlreadyKeepsItsNumber() {
    RunFolder run = store.run("stored");
    Committer committer = Committer.open(run, "stored", tables);
    Group group = Rows.brief("stored", "garden");
    run.createGroup(1, Json.write(Rows.brief("stored", "castle")));
    run.createGroup(2, Json.write(group));

    committer.commit(group);

    assertThat(counts("stored")).containsExactly(0L, 2L, 0L, 4L, 0L, 0L, 0L);
    assertThat(run.group(3)).isEmpty();
  }

  /** Makes the table {@code scene_runs} refuse the rows of runs whose names begin so. */
  private static void refuse(String start) {
    alterSceneRuns(
        "ADD CONSTRAINT refuse_%s CHECK (run_id NOT LIKE '%s%%')".formatted(start, start));
  }

  private static void allow(String start) {
    alterSceneRuns("DROP CONSTRAINT refuse_" + start);
  }

  private static void alterSceneRuns(String change) {
    SharedSpark.session()
        .sql("ALTER TABLE delta.`%s` %s".formatted(tables.uri(Tables.SCENE_RUNS), change));
  }

  /** Number of a run's rows in each table but scenes, in the order of {@link Tables#all}. */
  private static List<Long> counts(String runId) {
    List<Table<?>> counted = Tables.all().stream().filter(table -> table != Tables.SCENES).toList();
    List<String> rows =
        counted.stream()
            .map(table -> tables.rows(table).select(col("run_id"), lit(table.name())))
            .reduce(Dataset::union) // one query, not seven
            .orElseThrow()
            .where(col("run_id").equalTo(runId))
            .collectAsList()
            .stream()
            .map(row -> row.getString(1))
            .toList();
    return counted.stream()
        .map(table -> rows.stream().filter(table.name()::equals).count())
        .toList();
  }
}
