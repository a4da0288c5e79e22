package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.io.Sha256;
import org.splatline.pipeline.store.FaultProxy.Fault;

/**
 * The store on an S3 with faults loses nothing, doubles nothing and reads no wrong bytes. {@code
 * -Dsplatline.volume=release} moves many more files.
 */
class S3FaultsIT {
  private static final long SEED = 20261123;
  private static final boolean LARGE = System.getProperty("splatline.volume", "").equals("release");
  private static final int FOLDERS = LARGE ? 24 : 5;
  private static final int RACES = LARGE ? 30 : 8;
  private static final int GROUPS_PER_WRITER = LARGE ? 5 : 2;
  private static final int THREADS = 8;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private static final Map<Fault, Double> HARM =
      Map.of(
          Fault.SLOW_DOWN, 0.10,
          Fault.INTERNAL_ERROR, 0.02,
          Fault.RESET, 0.05,
          Fault.TRUNCATED, 0.05,
          Fault.LOST_REPLY, 0.05,
          Fault.CONFLICT, 0.10);

  @TempDir static Path folder;
  private static FaultyS3 s3;

  /** Calls that failed after all retries of S3A, and were repeated as Spark does. */
  private final AtomicInteger failedCalls = new AtomicInteger();

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @BeforeAll
  static void start() throws IOException {
    s3 = FaultyS3.start(folder, "faults-it", SEED);
  }

  @AfterAll
  static void stop() {
    if (s3 != null) {
      s3.close();
    }
  }

  @BeforeEach
  void harm() {
    s3.proxy().harm(HARM);
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
    s3.proxy().harm(Map.of());
  }

  private static Store store(String name) {
    return Store.open(s3.uri(name), s3.hadoop());
  }

  @Test
  void filesStandAsTheyWere() throws Exception {
    Store store = store("files");
    List<Path> folders = new ArrayList<>();
    for (int i = 0; i < FOLDERS; i++) {
      folders.add(filesOf(i));
    }
    Map<Fault, Integer> before = counts();
    HARM.keySet().forEach(fault -> s3.proxy().harmNext(fault, 1)); // each one at least once
    int requests = s3.proxy().requests();
    List<Integer> differing =
        all(
            folders.stream()
                .<Callable<Integer>>map(from -> () -> differing(from, keptAndFetched(store, from)))
                .toList());
    int files = folders.stream().mapToInt(from -> sums(from).size()).sum();
    System.out.printf(
        "S3 faults, seed %d: %d files kept and fetched, %d requests, injected %s, repeated calls"
            + " %d, wrong %d%n",
        SEED,
        files,
        s3.proxy().requests() - requests,
        since(before),
        failedCalls.get(),
        differing.stream().mapToInt(Integer::intValue).sum());
    assertThat(differing).containsOnly(0);
    Map<Fault, Integer> injected = since(before);
    assertThat(injected).allSatisfy((fault, count) -> assertThat(count).isPositive());
  }

  /** Files like a scene's: small ones, photographs, and in some one larger than an upload part. */
  private static Path filesOf(int index) throws IOException {
    Random random = new Random(SEED + index);
    Path made = Files.createDirectories(folder.resolve("local/" + index));
    List<Integer> sizes = new ArrayList<>(List.of(0, 1, 64 * KIB, 64 * KIB + 1, 2 * MIB));
    IntStream.range(0, 10).forEach(i -> sizes.add(random.nextInt(200 * KIB)));
    sizes.add(index % 4 == 0 ? 11 * MIB + index : 3 * MIB);
    for (int i = 0; i < sizes.size(); i++) {
      byte[] bytes = new byte[sizes.get(i)];
      random.nextBytes(bytes);
      Path file = made.resolve("images/photograph " + i + ".jpg");
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
    return made;
  }

  private Map<String, String> keptAndFetched(Store store, Path from) throws Exception {
    ContentKey key = new ContentKey("faults", 1, List.of(from.toString()), Map.of(), "none");
    again(() -> store.keep(key, from));
    Artifact artifact = again(() -> store.find(key).orElseThrow());
    try (LocalFolder fetched = again(artifact::fetch)) {
      return sums(fetched.path());
    }
  }

  private static int differing(Path from, Map<String, String> found) {
    Map<String, String> expected = new HashMap<>(sums(from));
    expected.entrySet().removeAll(found.entrySet());
    return expected.size() + Math.abs(sums(from).size() - found.size());
  }

  /** The sha256 of each file below, by path. */
  private static Map<String, String> sums(Path of) {
    Map<String, String> sums = new HashMap<>();
    for (StoredFile file : Location.open(of.toString(), new Configuration()).files()) {
      try {
        sums.put(file.path(), Sha256.of(of.resolve(file.path())));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return sums;
  }

  @Test
  void ofManyPublishersOneWinsAndItsBytesStand() throws Exception {
    RunFolder run = store("races").run("race");
    List<List<Boolean>> won = race(run, RACES, publisher -> "by " + publisher);
    for (int scene = 0; scene < won.size(); scene++) {
      String name = "scene-" + scene;
      assertThat(won.get(scene)).as(name).containsOnlyOnce(true);
      assertThat(again(() -> run.result(name)).orElseThrow())
          .asString(UTF_8)
          .isEqualTo("by " + won.get(scene).indexOf(true));
    }
  }

  @Test
  void ofPublishersOfTheSameBytesOneWins() throws Exception {
    assertThat(race(store("alike").run("race"), RACES, publisher -> "{}"))
        .allSatisfy(won -> assertThat(won).containsOnlyOnce(true));
  }

  /** Who won, by scene and publisher. A scene's publishers start together. */
  private List<List<Boolean>> race(RunFolder run, int scenes, IntFunction<String> result)
      throws InterruptedException {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < scenes * THREADS; i++) {
      String scene = "scene-" + i / THREADS;
      byte[] bytes = result.apply(i % THREADS).getBytes(UTF_8);
      calls.add(() -> run.publish(scene, bytes));
    }
    List<Boolean> won = all(calls);
    return IntStream.range(0, scenes)
        .mapToObj(scene -> won.subList(scene * THREADS, (scene + 1) * THREADS))
        .toList();
  }

  @Test
  void eachNumberOfAGroupIsTakenOnce() throws Exception {
    RunFolder run = store("groups").run("numbers");
    Map<Integer, String> taken = new ConcurrentHashMap<>();
    all(
        IntStream.range(0, THREADS)
            .<Callable<Void>>mapToObj(
                writer ->
                    () -> {
                      takeNumbers(run, "writer " + writer, taken);
                      return null;
                    })
            .toList());
    assertThat(taken.keySet())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, THREADS * GROUPS_PER_WRITER).boxed().toList());
    for (Map.Entry<Integer, String> group : taken.entrySet()) {
      assertThat(again(() -> run.group(group.getKey())).orElseThrow())
          .asString(UTF_8)
          .isEqualTo(group.getValue());
    }
  }

  /** As the committer does: several groups, each under the next free number. */
  private static void takeNumbers(RunFolder run, String writer, Map<Integer, String> taken) {
    int number = 1;
    for (int i = 0; i < GROUPS_PER_WRITER; i++) {
      while (!run.createGroup(number, writer.getBytes(UTF_8))) {
        number++;
      }
      assertThat(taken.put(number, writer)).as("group %d", number).isNull();
    }
  }

  private <T> List<T> all(List<Callable<T>> calls) throws InterruptedException {
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(calls)) {
      try {
        results.add(result.get());
      } catch (ExecutionException e) {
        throw new AssertionError("A call failed, seed " + SEED, e);
      }
    }
    return results;
  }

  private <T> T again(Callable<T> call) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.call();
      } catch (UncheckedIOException e) {
        System.out.println("Repeating: " + e.getMessage());
        failedCalls.incrementAndGet();
        if (attempt == 4) { // spark.task.maxFailures
          throw e;
        }
      }
    }
  }

  private static Map<Fault, Integer> counts() {
    Map<Fault, Integer> counts = new HashMap<>();
    for (Fault fault : HARM.keySet()) {
      counts.put(fault, s3.proxy().injected(fault));
    }
    return counts;
  }

  private static Map<Fault, Integer> since(Map<Fault, Integer> before) {
    Map<Fault, Integer> since = counts();
    before.forEach((fault, count) -> since.merge(fault, -count, Integer::sum));
    return since;
  }
}
