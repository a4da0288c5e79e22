package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.OddNames;

/** What every store must do, on a local disk or on S3. */
abstract class StoreContract {
  private static final ContentKey KEY =
      new ContentKey("sfm", 1, List.of("photographs"), Map.of(), "colmap 3.8");

  @TempDir Path folder;

  /** A store that no other test uses. */
  abstract Store store();

  /** Settings to open its places with. */
  abstract Configuration hadoop();

  @Test
  void keptFilesAreFoundAgain() throws IOException {
    Files.createDirectories(folder.resolve("sparse/0"));
    Files.writeString(folder.resolve("sparse/0/cameras.bin"), "cameras");
    Files.writeString(folder.resolve("log"), "");
    store().keep(KEY, folder);

    Artifact artifact = store().find(KEY).orElseThrow();

    assertThat(artifact.files())
        .containsOnly(Map.entry("sparse/0/cameras.bin", 7L), Map.entry("log", 0L));
    assertThat(artifact.read("sparse/0/cameras.bin")).asString(UTF_8).isEqualTo("cameras");
    try (LocalFolder fetched = artifact.fetch()) {
      assertThat(fetched.path().resolve("sparse/0/cameras.bin")).hasContent("cameras");
      assertThat(fetched.path().resolve("log")).hasContent("");
    }
    assertThat(artifact.read("sparse/0/cameras.bin")).asString(UTF_8).isEqualTo("cameras");
  }

  @Test
  void whatWasKeptFirstStays() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(file, "first");
    store().keep(KEY, folder);
    Files.writeString(file, "second");
    assertThat(store().keep(KEY, folder).orElseThrow().read("a"))
        .asString(UTF_8)
        .isEqualTo("first");
    assertThat(store().location().files()).hasSize(2); // the marker and the first file
  }

  @Test
  void anUploadCutOffIsNoArtifact() throws IOException {
    Files.writeString(folder.resolve("a"), "half");
    store().location().upload(folder, "artifacts/sfm/" + KEY.hash() + "/cut-off");
    assertThat(store().find(KEY)).isEmpty();
  }

  private static ContentKey key(String photographs) {
    return new ContentKey("sfm", 1, List.of(photographs), Map.of(), "colmap 3.8");
  }

  @Test
  void whatNobodyUsesIsDeletedAndWhatIsPublishedStays() throws IOException {
    Files.writeString(folder.resolve("model"), "model");
    store().keep(key("unused"), folder);
    store().keep(key("published"), folder);
    Location attempt = store().run("monday").attempt("garden", 1);
    store().publish(key("published"), attempt);
    store().checkpoints(KEY).write("step-000100.ckpt", "checkpoint".getBytes(UTF_8));
    store().location().upload(folder, "artifacts/sfm/" + KEY.hash() + "/cut-off");
    assertThat(UnusedArtifacts.in(store(), Duration.ofDays(7)).delete())
        .as("all of it is new")
        .allSatisfy(count -> assertThat(count.unused()).isZero());

    UnusedArtifacts later = UnusedArtifacts.before(store(), Instant.now().plusSeconds(3600));
    List<UnusedArtifacts.Count> found = later.find();

    assertThat(found).extracting(UnusedArtifacts.Count::name).containsExactly("sfm", "checkpoints");
    assertThat(found.get(0).all()).isEqualTo(3);
    assertThat(found.get(0).unused()).isEqualTo(2);
    assertThat(found.get(0).unusedBytes()).isBetween(10L, found.get(0).bytes() - 5);
    assertThat(found.get(1)).isEqualTo(new UnusedArtifacts.Count("checkpoints", 1, 10, 1, 10));
    assertThat(store().find(key("unused"))).as("it was only looked for").isPresent();

    assertThat(later.delete()).isEqualTo(found);

    assertThat(store().find(key("unused"))).isEmpty();
    assertThat(store().artifacts().at("sfm").folders()).containsExactly(key("published").hash());
    assertThat(store().checkpoints().folders()).isEmpty();
    assertThat(Artifact.modelOf(attempt, hadoop()).read("model"))
        .asString(UTF_8)
        .isEqualTo("model");
  }

  @Test
  @SuppressWarnings("try") // the lease is a stretch of time
  void whatALiveRunMadeOrUsedStaysHoweverLongItTakes() throws IOException {
    Files.writeString(folder.resolve("model"), "model");
    store().keep(KEY, folder);
    UnusedArtifacts later;
    try (RunLease lease = RunLease.take(store().run("slow"), "slow")) {
      later = UnusedArtifacts.before(store(), Instant.now().plusSeconds(3600));
      assertThat(later.delete()).extracting(UnusedArtifacts.Count::unused).containsOnly(0L);
    }
    later = UnusedArtifacts.before(store(), Instant.now().plusSeconds(3600));
    assertThat(later.delete().get(0).unused()).isOne();
  }

  @Test
  void anAttemptOfAnEarlierVersionHasItsModelItself() {
    Location attempt = store().run("monday").attempt("garden", 1);
    assertThat(Artifact.modelOf(attempt, hadoop()).uri()).isEqualTo(attempt.uri());
  }

  @Test
  void ofManyPublishersOneWins() throws Exception {
    RunFolder run = store().run("race");
    for (int round = 0; round < 5; round++) {
      String scene = "scene-" + round;
      List<Callable<Boolean>> publishers =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> run.publish(scene, ("{\"publisher\": " + i + "}").getBytes(UTF_8)))
              .toList();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<Boolean>> outcomes = threads.invokeAll(publishers);
        List<Integer> winners =
            IntStream.range(0, 8).filter(i -> won(outcomes.get(i))).boxed().toList();
        assertThat(winners).hasSize(1);
        assertThat(run.result(scene).orElseThrow())
            .asString(UTF_8)
            .isEqualTo("{\"publisher\": " + winners.get(0) + "}");
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static boolean won(Future<Boolean> outcome) {
    try {
      return outcome.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("A publisher failed", e);
    }
  }

  @Test
  void whoPublishesTheSameAgainIsRefused() {
    RunFolder run = store().run("same");
    assertThat(run.publish("garden", "{}".getBytes(UTF_8))).isTrue();
    assertThat(run.publish("garden", "{}".getBytes(UTF_8))).isFalse();
  }

  @Test
  void anUploadThatFailsLeavesWhatWasThere() {
    Location location = store().location().at("uploads");
    location.write("there", "before".getBytes(UTF_8));
    for (String path :
        List.of("there", "absent")) { // a folder opens as a file does, and can't be read
      assertThatThrownBy(() -> location.uploadFile(folder, path))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(location.uri(path));
    }
    assertThat(location.files()).extracting(StoredFile::path).containsExactly("there");
    assertThat(location.read("there")).asString(UTF_8).isEqualTo("before");
  }

  @Test
  void aFileIsFetchedWholeOverAnEarlierOne() throws IOException {
    Location location = store().location().at("single");
    location.write("a b.bin", "new".getBytes(UTF_8));
    Path target = Files.writeString(folder.resolve("target"), "earlier");
    location.fetchFile("a b.bin", target);
    assertThat(target).hasContent("new");
    assertThat(folder).isDirectoryContaining(target::equals);
    assertThatThrownBy(() -> location.fetchFile("none", target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(location.uri("none"));
    assertThat(target).hasContent("new");
  }

  @Test
  void aFolderIsReplacedAsAWhole() {
    Location results = store().location().at("results");
    results.replaceFolder(
        OddNames.NAME, folder -> written(folder, "a", "only before", "deep/er", "last"));

    results.replaceFolder(
        OddNames.NAME,
        folder -> {
          assertThat(results.at(OddNames.NAME).exists("last")).as("until it is complete").isTrue();
          return written(folder, "a", "new", "last");
        });

    assertThat(results.at(OddNames.NAME).files())
        .extracting(StoredFile::path)
        .containsExactly("a", "last", "new");
    assertThat(results.folders()).containsExactly(OddNames.NAME);
    assertThat(results.files()).as("nothing is left").hasSize(3);
  }

  private static Set<String> written(Location folder, String... paths) {
    for (String path : paths) {
      folder.write(path, path.getBytes(UTF_8));
    }
    return Set.of(paths);
  }

  @Test
  void aFolderThatCannotBeWrittenLeavesItsLastFile() {
    Location results = store().location().at("failing");
    results.replaceFolder("garden", folder -> written(folder, "a", "last"));
    assertThatThrownBy(
            () ->
                results.replaceFolder(
                    "garden",
                    folder -> {
                      written(folder, "b");
                      throw new IllegalStateException("no disk");
                    }))
        .hasMessage("no disk");
    assertThat(results.at("garden").read("last")).asString(UTF_8).isEqualTo("last");
    assertThat(results.at("garden").read("a")).asString(UTF_8).isEqualTo("a");
    assertThat(results.folders()).containsExactly("garden");
  }

  @Test
  void creatingTwiceIsRefused() {
    Location location = store().location().at("probe");
    assertThat(location.probeConditionalWrites()).isTrue();
    assertThat(location.files()).isEmpty();
  }

  @Test
  void attemptsAreNumberedFromOne() {
    RunFolder run = store().run("numbers");
    assertThat(run.attempts("garden")).isEmpty();
    assertThat(run.startAttempt("garden")).isEqualTo(1);
    assertThat(run.startAttempt("garden")).isEqualTo(2);
    assertThat(run.startAttempt("street")).isEqualTo(1);
    assertThat(run.attempts("garden")).containsExactly(1, 2);
  }

  @Test
  void requestsToCancelAreListedUntilCleared() {
    RunFolder run = store().run("requests");
    assertThat(run.cancelRequests()).isEqualTo(new CancelRequests(false, Set.of()));
    run.requestCancel("all");
    run.requestCancel("old town");
    assertThat(run.cancelRequests())
        .isEqualTo(new CancelRequests(false, Set.of("all", "old town")));
    run.requestCancel();
    assertThat(run.cancelRequests().all()).isTrue();
    run.clearCancelRequests();
    run.clearCancelRequests();
    assertThat(run.cancelRequests()).isEqualTo(new CancelRequests(false, Set.of()));
  }

  @Test
  void aReopenedSceneCanBePublishedAgain() {
    RunFolder run = store().run("reopened");
    assertThat(run.reopen("garden", 1)).isFalse();
    run.publish("garden", "first".getBytes(UTF_8));
    assertThat(run.reopen("garden", 1)).isTrue();
    assertThat(run.result("garden")).isEmpty();
    assertThat(run.attempt("garden", 1).read("RESULT.json")).asString(UTF_8).isEqualTo("first");
    assertThat(run.publish("garden", "second".getBytes(UTF_8))).isTrue();
    assertThat(store().runs()).containsExactly("reopened");
  }

  /** Each character of a name stands for itself, and nothing is decoded or expanded. */
  @Test
  void namesAreKeptAsTheyAre() throws IOException {
    String file = "a:b " + OddNames.NAME;
    Location odd = store().location().at(OddNames.NAME);
    Files.createDirectories(folder.resolve(OddNames.NAME));
    Files.writeString(folder.resolve(OddNames.NAME).resolve(file), "mine");
    odd.upload(folder, "up");
    assertThat(odd.createIfAbsent(file, "mine".getBytes(UTF_8))).isTrue();
    assertThat(odd.createIfAbsent(file, "other".getBytes(UTF_8))).isFalse();

    for (Location same :
        List.of(odd, Location.open(odd.place(), hadoop()), Location.open(odd.uri(), hadoop()))) {
      assertThat(same.name()).isEqualTo(OddNames.NAME);
      assertThat(same.fileNames()).containsExactly(file);
      assertThat(same.folders()).containsExactly("up");
      assertThat(same.at("up").folders()).containsExactly(OddNames.NAME);
      assertThat(same.find(file))
          .hasValueSatisfying(it -> assertThat(it).asString(UTF_8).isEqualTo("mine"));
      assertThat(same.at(file).asFile()).isPresent();
      assertThat(same.files())
          .extracting(StoredFile::path)
          .containsExactlyInAnyOrder(file, "up/" + OddNames.NAME + "/" + file);
    }
    odd.at("up")
        .copy(Map.of(OddNames.NAME + "/" + file, OddNames.NAME + "/" + file), odd.at("copy"));
    try (LocalFolder fetched = odd.at("copy").fetch()) {
      assertThat(fetched.path().resolve(OddNames.NAME).resolve(file)).hasContent("mine");
    }
    try (LocalFolder fetched = odd.at(file).fetchThis()) {
      assertThat(fetched.path().resolve(file)).hasContent("mine");
    }
    odd.delete(file);
    assertThat(odd.fileNames()).isEmpty();
  }

  @Test
  void aNameThatLooksEncodedOrLikeAPatternReachesNoOther() {
    Location input = store().location().at("input");
    store().location().at("private").write("a.jpg", "private".getBytes(UTF_8));
    input.at("victim").write("a.jpg", "victim".getBytes(UTF_8));
    for (String name : List.of("victi%6D", "x%2f..%2f..%2fprivate", "victi?", "vic*", "{victim}")) {
      assertThat(Location.open(input.at(name).place(), hadoop()).files()).as(name).isEmpty();
      assertThat(Location.open(input.at(name).uri(), hadoop()).exists("a.jpg")).as(name).isFalse();
      input.at(name).write("a.jpg", "mine".getBytes(UTF_8));
      input.at(name).delete("");
    }
    assertThat(input.at("victim").read("a.jpg")).asString(UTF_8).isEqualTo("victim");
  }

  @Test
  void aRunHasOneDriver() {
    RunFolder run = store().run("leased");
    assertThat(RunLease.holder(run)).isEmpty();
    try (RunLease lease = RunLease.take(run, "leased")) {
      assertThat(RunLease.holder(run)).isPresent();
      assertThatThrownBy(() -> RunLease.take(run, "leased"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Cannot start run leased: another driver is at work on it")
          .hasMessageContaining("pid " + ProcessHandle.current().pid() + " on host")
          .hasMessageContaining(RunLease.holder(run).orElseThrow().since().toString());
      lease.renew();
    }
    assertThat(RunLease.holder(run)).isEmpty();
    RunLease.take(run, "leased").close();
  }

  @Test
  void ofManyDriversOneTakesTheRun() throws Exception {
    RunFolder run = store().run("raced");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<RunLease>> drivers = Collections.nCopies(8, () -> RunLease.take(run, "raced"));
      List<RunLease> taken = new ArrayList<>();
      for (Future<RunLease> driver : threads.invokeAll(drivers)) {
        try {
          taken.add(driver.get());
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(ConfigException.class).hasMessageContaining("pid");
        }
      }
      assertThat(taken).hasSize(1);
      taken.get(0).close();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aDriverThatWasSilentForAMinuteLosesTheRunAndIsTold() {
    RunFolder run = store().run("silent");
    List<String> told = new ArrayList<>();
    RunLease first = RunLease.take(run, "silent");
    first.onLoss(told::add);
    say(run, renewedAgo(59));
    assertThatThrownBy(() -> RunLease.take(run, "silent")).isInstanceOf(ConfigException.class);
    say(run, renewedAgo(61));

    RunLease second = RunLease.take(run, "silent");

    first.renew();
    first.renew();
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("another driver has taken over run silent: pid ");
    first.close();
    assertThat(RunLease.holder(run)).as("the first one left the second one's lease").isPresent();
    second.close();
  }

  /** As a cluster does with a driver that was killed a moment ago. */
  @Test
  void aDriverThatIsStartedAgainWaitsUntilTheKilledOneIsSilent() {
    RunFolder run = store().run("again");
    RunLease killed = RunLease.take(run, "again");
    say(run, elsewhere(renewedAgo(50)));
    List<String> pauses = new ArrayList<>();
    RunLease second =
        RunLease.takeWhenSilent(
            run,
            "again",
            () -> {
              pauses.add("pause");
              if (pauses.size() == 2) {
                say(run, elsewhere(renewedAgo(61)));
              }
            });
    assertThat(pauses).hasSize(2);
    second.close();
    killed.close();

    try (RunLease living = RunLease.take(run, "again")) {
      assertThatThrownBy(() -> RunLease.takeWhenSilent(run, "again", living::renew))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("another driver is at work on it");
    }
  }

  /** No process can have this id: it is above the kernel's largest. */
  @Test
  void aProcessOfThisMachineThatIsGoneHasNoRun() {
    RunFolder run = store().run("gone");
    try (RunLease lease = RunLease.take(run, "gone")) {
      RunLease.Holder dead = holder(Instant.now(), 1 << 30);
      say(run, dead);
      assertThat(RunLease.holder(run)).isEmpty();
      say(run, elsewhere(dead));
      assertThat(RunLease.holder(run)).as("another machine's processes are unknown").isPresent();
      lease.renew();
    }
  }

  private static void say(RunFolder run, RunLease.Holder holder) {
    run.writeLease(Json.write(holder));
  }

  private static RunLease.Holder renewedAgo(int seconds) {
    return holder(Instant.now().minusSeconds(seconds), ProcessHandle.current().pid());
  }

  private static RunLease.Holder holder(Instant renewed, long pid) {
    RunLease.Holder now = RunLease.Holder.now(1);
    return new RunLease.Holder(
        1, 1, now.host(), now.machine(), pid, now.processStart(), now.since(), renewed, false);
  }

  private static RunLease.Holder elsewhere(RunLease.Holder holder) {
    return new RunLease.Holder(
        1,
        1,
        "other",
        "another machine",
        holder.pid(),
        holder.processStart(),
        holder.since(),
        holder.renewedAt(),
        false);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    Location nowhere = store().location().at("nowhere");
    assertThat(nowhere.exists()).isFalse();
    assertThat(nowhere.folders()).isEmpty();
    assertThat(nowhere.fileNames()).isEmpty();
    assertThat(nowhere.files()).isEmpty();
    assertThat(nowhere.find("file")).isEmpty();
    assertThat(store().run("none").summary()).isEmpty();
  }

  @Test
  void aChangedFileHasAnotherVersion() throws InterruptedException {
    Location location = store().location().at("versions");
    location.write("a b/c d.jpg", "one".getBytes(UTF_8));
    List<StoredFile> before = location.files();
    Thread.sleep(20); // the clock of file times ticks in milliseconds
    location.write("a b/c d.jpg", "two".getBytes(UTF_8));
    assertThat(before).extracting(StoredFile::path).containsExactly("a b/c d.jpg");
    assertThat(location.files().get(0).version()).isNotEqualTo(before.get(0).version());
  }
}
