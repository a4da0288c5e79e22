package org.splatline.pipeline.chaos;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.cuda.device.GpuLease;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.PowerCuts;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Does to a batch on purpose what happens on clusters. Each experiment is a row of
 * docs/reliability.md. {@code bin/chaos [EXPERIMENT…]}: executor, driver, notice, poison, cancel,
 * lease, gpu, wait, churn, many, writers, log, twice, interrupt, power.
 */
final class Chaos {
  private static final int PATIENCE_SECONDS = 900;
  private static final Pattern STEP = Pattern.compile("scene (\\S+) train step (\\d+)/");
  private static final Pattern RESUMED = Pattern.compile("scene (\\S+): resumes after step (\\d+)");

  private final Path folder;
  private final int repeats;
  private final Random random = new Random(1);

  private Chaos(Path folder, int repeats) {
    this.folder = folder;
    this.repeats = repeats;
  }

  /** One experiment. It returns its outcome in words. */
  private interface Experiment {
    String run() throws Exception;
  }

  /** Arguments: a new folder, the number of kills, names of experiments (none: all). */
  public static void main(String[] arguments) throws Exception {
    Chaos chaos = new Chaos(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Map<String, Experiment> experiments = new LinkedHashMap<>();
    experiments.put("executor", chaos::executor);
    experiments.put("driver", chaos::driver);
    experiments.put("notice", chaos::notice);
    experiments.put("poison", chaos::poison);
    experiments.put("cancel", chaos::cancel);
    experiments.put("lease", chaos::lease);
    experiments.put("gpu", chaos::gpu);
    experiments.put("wait", chaos::waitBeyondTheLimit);
    experiments.put("churn", chaos::churn);
    experiments.put("many", chaos::many);
    experiments.put(
        "writers", () -> new Writers(chaos.folder.resolve("writers"), chaos.repeats).run());
    experiments.put("log", chaos::log);
    experiments.put("twice", chaos::twice);
    experiments.put("interrupt", chaos::interrupt);
    experiments.put("power", chaos::power);
    List<String> wanted = List.of(arguments).subList(2, arguments.length);
    boolean allHeld = true;
    for (Map.Entry<String, Experiment> experiment : experiments.entrySet()) {
      if (wanted.isEmpty() || wanted.contains(experiment.getKey())) {
        Instant start = Instant.now();
        String outcome;
        try {
          outcome = "held: " + experiment.getValue().run();
        } catch (IllegalStateException e) {
          outcome = "FAILED: " + e.getMessage();
          allHeld = false;
        }
        long seconds = Duration.between(start, Instant.now()).toSeconds();
        System.out.printf("| %s | %s | %d s |%n", experiment.getKey(), outcome, seconds);
      }
    }
    System.exit(allHeld ? 0 : 1);
  }

  private static void require(boolean held, String format, Object... values) {
    if (!held) {
      throw new IllegalStateException(String.format(Locale.ROOT, format, values));
    }
  }

  private Lab lab(String name) throws IOException, InterruptedException {
    return Lab.start(folder.resolve(name), "--workers", "2", "--pretend-gpus", "1", "--cores", "2");
  }

  private static Map<String, String> undisturbed(Lab lab, Path scenes, Lab.Settings settings)
      throws IOException, InterruptedException {
    Lab.Driver driver = lab.run("local[2]", "run", scenes, "undisturbed", settings);
    require(driver.await(PATIENCE_SECONDS) == 0, "the undisturbed run: %s", driver.tail());
    return lab.models("undisturbed", "run");
  }

  /** Kills an executor that trains, with {@code kill -9}. */
  private String executor() throws Exception {
    Lab.Settings settings = new Lab.Settings().steps(2000).checkpointEvery(200).parallel(2);
    try (Lab lab = lab("executor")) {
      Path scenes = lab.scenes(2);
      Map<String, String> expected = undisturbed(lab, scenes, settings);
      int mostRecomputed = 0;
      for (int seed = 1; seed <= repeats; seed++) {
        String store = "store" + seed;
        Lab.Driver driver = lab.run("run", scenes, store, settings);
        driver.awaitOutput(" train step ", 120);
        Thread.sleep(random.nextInt(6000));
        List<ProcessHandle> executors = lab.executors(true);
        Map<String, Integer> reached = lastSteps(driver.output());
        executors.get(random.nextInt(executors.size())).destroyForcibly();
        Map<String, Integer> before = resumed(lab);
        require(driver.await(PATIENCE_SECONDS) == 0, "seed %d: %s", seed, driver.tail());
        require(lab.models(store, "run").equals(expected), "seed %d: other models", seed);
        for (Map.Entry<String, Integer> resumed : resumed(lab).entrySet()) {
          if (!resumed.getValue().equals(before.get(resumed.getKey()))) {
            int lost = reached.getOrDefault(resumed.getKey(), 0) - resumed.getValue();
            mostRecomputed = Math.max(mostRecomputed, lost);
          }
        }
      }
      require(mostRecomputed <= 200, "%d steps were recomputed, over 200", mostRecomputed);
      return "%d kills: every scene done, models bit-equal to an undisturbed run, at most %d steps recomputed (a checkpoint every 200)"
          .formatted(repeats, mostRecomputed);
    }
  }

  private static Map<String, Integer> lastSteps(String output) {
    Map<String, Integer> steps = new TreeMap<>();
    Matcher matcher = STEP.matcher(output);
    while (matcher.find()) {
      steps.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
    }
    return steps;
  }

  private static Map<String, Integer> resumed(Lab lab) throws IOException {
    Map<String, Integer> steps = new TreeMap<>();
    for (String line : lab.executorLines("resumes after step")) {
      Matcher matcher = RESUMED.matcher(line);
      if (matcher.find()) {
        steps.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
      }
    }
    return steps;
  }

  /** Kills the driver again and again, and starts the same {@code run} each time. */
  private String driver() throws Exception {
    Lab.Settings settings = new Lab.Settings().steps(400).checkpointEvery(100);
    try (Lab lab = lab("driver")) {
      Path scenes = lab.scenes(6);
      int kills = 0;
      Lab.Driver driver = lab.run("run", scenes, "store", settings);
      while (kills < repeats && !driver.process().waitFor(1, TimeUnit.SECONDS)) {
        driver.awaitOutput("run run:", 120);
        Thread.sleep(2000 + random.nextInt(20_000));
        if (driver.process().isAlive()) {
          driver.process().destroyForcibly().waitFor();
          kills++;
          driver = lab.run("run", scenes, "store", settings);
        }
      }
      int code = driver.await(PATIENCE_SECONDS);
      require(code == 0, "exit code %d: %s", code, driver.tail());
      requireRows(lab, "store", 6);
      Map<String, Long> published = new TreeMap<>();
      for (int i = 0; i < 6; i++) {
        String scene = "scene%02d".formatted(i);
        Path result = lab.folder().resolve("store/runs/run/scenes/" + scene + "/RESULT.json");
        published.put(scene, Files.getLastModifiedTime(result).toMillis());
      }
      List<Events.Task> late =
          Events.read(lab.events("store")).tasks(Stage.TRAIN).stream()
              .filter(task -> task.startMillis() > published.get(task.scene()))
              .toList();
      require(late.isEmpty(), "trained after they were published: %s", late);
      return "%d kills: 6 scenes, each once in the tables, none trained after it was published"
          .formatted(kills);
    }
  }

  /** A second driver of a run; then the first one freezes, and wakes when another has its run. */
  private String twice() throws Exception {
    Lab.Settings settings = new Lab.Settings().steps(1500);
    try (Lab lab = lab("twice")) {
      Path scenes = lab.scenes(4);
      Lab.Driver first = lab.run("run", scenes, "store", settings);
      first.awaitOutput(" train step ", 120);
      Lab.Driver refused = lab.run("run", scenes, "store", settings);
      require(refused.await(120) == 64, "the second driver: %s", refused.tail());
      require(
          refused
              .output()
              .contains("another driver is at work on it: pid " + first.process().pid()),
          "the second driver: %s",
          refused.tail());
      signal("STOP", first);
      Thread.sleep(75_000);
      Lab.Driver next = lab.run("run", scenes, "store", settings);
      next.awaitOutput("run run:", 120);
      signal("CONT", first);
      require(first.await(PATIENCE_SECONDS) == 3, "the first driver: %s", first.tail());
      require(
          first.output().contains("another driver has taken over run run"),
          "the first driver: %s",
          first.tail());
      require(next.await(PATIENCE_SECONDS) == 0, "the next driver: %s", next.tail());
      requireVerified(lab, "store");
      return "the second driver was refused with the first one's process; after a minute of silence"
          + " another took over, and the first one stopped with exit code 3 when it woke; 4"
          + " scenes, each row once";
    }
  }

  /** Ends the driver with SIGTERM: before Spark has started, at the first stage, in training. */
  private String interrupt() throws Exception {
    Lab.Settings settings = new Lab.Settings().steps(400);
    try (Lab lab = lab("interrupt")) {
      Path scenes = lab.scenes(3);
      for (String moment : List.of("", "run run:", " train step ")) {
        Lab.Driver driver = lab.run("run", scenes, "store", settings);
        awaitLease(lab, driver); // before Spark has started
        driver.awaitOutput(moment, 120);
        signal("TERM", driver);
        require(driver.await(120) == 3, "at '%s': %s", moment, driver.tail());
        require(
            driver.output().contains("Interrupted; run again with --run-id run to complete")
                && !driver.output().contains("SparkException"),
            "at '%s': %s",
            moment,
            driver.tail());
      }
      Lab.Driver again = lab.run("run", scenes, "store", settings);
      require(again.await(PATIENCE_SECONDS) == 0, "the last driver: %s", again.tail());
      requireVerified(lab, "store");
      return "3 signals: each driver ended with exit code 3 and said how to complete the run; the"
          + " next one did";
    }
  }

  /** Cuts the power while a store is written, on a disk that keeps only what was synced. */
  private String power() throws Exception {
    Lab.Settings settings = new Lab.Settings();
    try (Lab lab = lab("power")) {
      Path scenes = lab.scenes(2);
      Path store = lab.folder().resolve("store");
      Lab.Driver first = lab.run("run", scenes, "store", settings);
      require(first.await(PATIENCE_SECONDS) == 0, "the first run: %s", first.tail());
      Map<String, String> expected = lab.models("store", "run");
      PowerCuts cuts = PowerCuts.of(store, lab.folder().resolve("disk"));
      for (int cut = 1; cut <= repeats; cut++) {
        cuts.leave(random.nextInt(cuts.moments()));
        Lab.Driver again = lab.run("run", scenes, "store", settings);
        require(again.await(PATIENCE_SECONDS) == 0, "after cut %d: %s", cut, again.tail());
        require(lab.models("store", "run").equals(expected), "after cut %d: other models", cut);
        requireRows(lab, "store", 2);
        requireVerified(lab, "store");
      }
      return "at each of %d moments every file of the store was whole or absent; after %d of these cuts, all tables lost, the same run ended well with the same models, each row once"
          .formatted(cuts.moments(), repeats);
    }
  }

  /** Delta's log refuses some commits, which are tried again; then it refuses all of them. */
  private String log() throws Exception {
    try (Lab lab = lab("log")) {
      Path refusals = lab.folder().resolve("refusals");
      Path scenes = lab.scenes(2);
      Lab.Driver some = runRefused(lab, scenes, "some", 400);
      some.awaitOutput("run run:", 120); // the tables are there
      Files.writeString(refusals, "8");
      require(some.await(PATIENCE_SECONDS) == 0, "a log that refuses some: %s", some.tail());
      require(Files.readString(refusals).equals("0"), "it refused too few");
      requireRows(lab, "some", 2);
      requireVerified(lab, "some");

      TinyScene.writeBroken(scenes.resolve("broken")); // its row is due while others train
      Lab.Driver all = runRefused(lab, scenes, "all", 1_000_000);
      all.awaitOutput("run run:", 120);
      Files.writeString(refusals, "1000000");
      all.awaitOutput("Cannot commit rows, try 6 of 6", 300);
      Instant lastTry = Instant.now();
      require(all.await(60) == RunSummary.INTERNAL, "a log that refuses all: %s", all.tail());
      long millis = Duration.between(lastTry, Instant.now()).toMillis();
      require(all.output().contains(RefusingLogStore.REASON), "no reason: %s", all.tail());
      List<Events.Task> trained = Events.read(lab.events("all")).tasks(Stage.TRAIN);
      require(trained.size() == 2, "%d tasks trained", trained.size());

      Files.writeString(refusals, "0");
      Lab.Driver again = runRefused(lab, scenes, "all", 400);
      int code = again.await(PATIENCE_SECONDS);
      require(code == RunSummary.SOME_NOT_DONE, "exit code %d: %s", code, again.tail());
      requireRows(lab, "all", 3);
      requireVerified(lab, "all");
      return "8 refused commits were tried again, exit code 0; when all were refused, the driver ended %.1f s after the last of six tries with the reason and exit code 70, and the 2 trainings with it; the next driver committed what was missing, each row once"
          .formatted(millis / 1e3);
    }
  }

  private static Lab.Driver runRefused(Lab lab, Path scenes, String store, int steps)
      throws IOException {
    Lab.Settings settings =
        new Lab.Settings()
            .steps(steps)
            .extra(RefusingLogStore.class)
            .spark("spark.delta.logStore.file.impl", RefusingLogStore.class.getName())
            .spark(
                "spark.hadoop." + RefusingLogStore.REFUSALS,
                lab.folder().resolve("refusals").toString());
    return lab.run("run", scenes, store, settings);
  }

  private static void awaitLease(Lab lab, Lab.Driver driver) throws Exception {
    Path lease = lab.folder().resolve("store/runs/run/LEASE.json");
    String holder = "\"pid\" : " + driver.process().pid() + ",";
    while (!Files.exists(lease) || !Files.readString(lease).contains(holder)) {
      require(driver.process().isAlive(), "the driver took no lease: %s", driver.tail());
      Thread.sleep(20);
    }
  }

  private static void signal(String name, Lab.Driver driver) throws Exception {
    String pid = Long.toString(driver.process().pid());
    require(new ProcessBuilder("kill", "-" + name, pid).start().waitFor() == 0, "kill -%s", name);
  }

  private static void requireVerified(Lab lab, String store) throws Exception {
    ask(lab, store, "verify");
  }

  /** Requires that each of so many scenes is published and has one row in the tables. */
  private static void requireRows(Lab lab, String store, int scenes) throws Exception {
    Lab.Driver sql =
        ask(
            lab,
            store,
            "sql",
            "select concat('rows ', count(*), ' scenes ', count(distinct scene_id)) as n from"
                + " scene_runs where published");
    String rows = "rows %d scenes %d".formatted(scenes, scenes);
    require(sql.output().contains(rows), "not %s: %s", rows, sql.tail());
  }

  private static Lab.Driver ask(Lab lab, String store, String command, String... arguments)
      throws Exception {
    Path config = lab.folder().resolve("config-" + store + ".yaml");
    List<String> all = new ArrayList<>(List.of(command, "--config", "" + config));
    all.addAll(List.of(arguments));
    Lab.Driver asked = lab.command(all);
    require(asked.await(120) == 0, "%s: %s", command, asked.tail());
    return asked;
  }

  /** Gives a notice, decommissions the worker, then takes the node away with its executors. */
  private String notice() throws Exception {
    Path file = folder.resolve("notice-now");
    Lab.Settings settings =
        new Lab.Settings()
            .steps(4000)
            .checkpointEvery(1_000_000)
            .parallel(2)
            .spark("spark.decommission.enabled", "true")
            .set("spark.notice.file=" + file)
            .set("spark.notice.every=200ms");
    try (Lab lab = lab("notice")) {
      Path scenes = lab.scenes(2);
      Map<String, String> expected = undisturbed(lab, scenes, settings);
      Lab.Driver driver = lab.run("run", scenes, "store", settings);
      driver.awaitOutput(" train step ", 120);
      Thread.sleep(3000);
      Instant noticed = Instant.now();
      Files.createFile(file);
      while (checkpoints(lab.folder().resolve("store")) == 0) {
        require(driver.process().isAlive(), "no checkpoint came: %s", driver.tail());
        Thread.sleep(20);
      }
      long millis = Duration.between(noticed, Instant.now()).toMillis();
      Thread.sleep(1000);
      lab.cluster("decommission", "1");
      Thread.sleep(2000);
      lab.killWorker(1); // takes the node away
      require(driver.await(PATIENCE_SECONDS) == 0, "the run: %s", driver.tail());
      Map<String, Integer> resumed = resumed(lab);
      require(!resumed.isEmpty(), "nothing was resumed: %s", driver.tail());
      require(lab.models("store", "run").equals(expected), "other models");
      return "checkpoint in the store %d ms after the notice, resumed elsewhere after step %s, models bit-equal"
          .formatted(millis, resumed.values());
    }
  }

  private static int checkpoints(Path store) throws IOException {
    if (!Files.exists(store)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(store)) {
      return (int) files.filter(file -> file.toString().endsWith(".ckpt")).count();
    }
  }

  /** Runs scenes that cannot be done together with scenes that can. */
  private String poison() throws Exception {
    try (Lab lab = lab("poison")) {
      Path scenes = lab.scenes(12);
      Map<String, String> expected = Poison.write(scenes);
      Lab.Driver driver = lab.run("run", scenes, "store", new Lab.Settings().steps(50));
      int code = driver.await(PATIENCE_SECONDS);
      require(code == RunSummary.SOME_NOT_DONE, "exit code %d: %s", code, driver.tail());
      Map<String, String> verdicts = new TreeMap<>();
      for (SceneRunRow row : summary(lab).scenes()) {
        verdicts.put(row.sceneId(), row.verdict().name());
      }
      for (int i = 0; i < 12; i++) {
        expected.put("scene%02d".formatted(i), "OK");
      }
      require(verdicts.equals(new TreeMap<>(expected)), "%s, not %s", verdicts, expected);
      List<Events.Task> trained = Events.read(lab.events("store")).tasks(Stage.TRAIN);
      require(trained.size() == 12, "%d tasks trained", trained.size());
      return "12 done, 12 verdicts as labelled, exit code 2, none of the poisoned reached a GPU";
    }
  }

  private static RunSummary summary(Lab lab) throws IOException {
    Path file = lab.folder().resolve("store/runs/run/SUMMARY.json");
    return Json.read(Files.readAllBytes(file), RunSummary.class);
  }

  /** Cancels scenes while they train. */
  private String cancel() throws Exception {
    int scenes = Math.max(4, repeats);
    try (Lab lab = lab("cancel")) {
      Lab.Settings settings = new Lab.Settings().steps(1_000_000).parallel(2);
      Lab.Driver driver = lab.run("run", lab.scenes(scenes), "store", settings);
      RunFolder run =
          Store.open(lab.folder().resolve("store").toString(), new Configuration()).run("run");
      Map<String, Long> asked = new TreeMap<>();
      for (int i = 0; i < scenes; i++) {
        String scene = "scene%02d".formatted(i);
        driver.awaitOutput("scene " + scene + " train step", 120);
        Thread.sleep(random.nextInt(3000));
        asked.put(scene, System.currentTimeMillis());
        run.requestCancel(scene);
      }
      int code = driver.await(PATIENCE_SECONDS);
      require(code == RunSummary.SOME_NOT_DONE, "exit code %d: %s", code, driver.tail());
      List<Double> seconds = new ArrayList<>();
      Events events = Events.read(lab.events("store"));
      for (Events.Task task : events.tasks(Stage.TRAIN)) {
        String scene = task.scene();
        require(task.endMillis() > 0, "scene %s still trains", scene);
        seconds.add((task.endMillis() - asked.get(scene)) / 1e3);
      }
      Collections.sort(seconds);
      double p95 = seconds.get((int) Math.ceil(0.95 * seconds.size()) - 1);
      require(p95 <= 10, "p95 %.1f s", p95);
      return String.format(
          Locale.ROOT,
          "%d scenes cancelled while they trained: GPU free after %.1f s (p95), %.1f s (median)",
          seconds.size(),
          p95,
          seconds.get(seconds.size() / 2));
    }
  }

  /** Gives two executors the same GPU, as on a host without isolation. */
  private String lease() throws Exception {
    try (Lab lab =
        Lab.start(
            folder.resolve("lease"),
            "--workers",
            "2",
            "--pretend-gpus",
            "1",
            "--cores",
            "2",
            "--same-address")) {
      Lab.Settings settings =
          new Lab.Settings().steps(4000).parallel(2).set("spark.max-attempts=1");
      Lab.Driver driver = lab.run("run", lab.scenes(2), "store", settings);
      int code = driver.await(PATIENCE_SECONDS);
      require(code == RunSummary.SOME_NOT_DONE, "exit code %d: %s", code, driver.tail());
      List<SceneRunRow> refused =
          summary(lab).scenes().stream().filter(row -> row.metrics() == null).toList();
      require(refused.size() == 1, "%d scenes were refused", refused.size());
      String detail = refused.get(0).verdictDetail();
      require(detail.contains("Two processes were given the same device"), "%s", detail);
      require(detail.matches(".*executor \\d+ on .*executor \\d+ on .*"), "%s", detail);
      return "one scene done, the other's row: " + detail.replaceAll("application \\S+, ", "");
    }
  }

  /** First no GPU has a driver; then another program has one of two GPUs all the time. */
  @SuppressWarnings("try") // the lease is not used in the block
  private String gpu() throws Exception {
    try (Lab lab = lab("gpu")) {
      Path scenes = lab.scenes(2);
      Lab.Settings dead =
          new Lab.Settings()
              .spark("spark.executorEnv.CUDA_VISIBLE_DEVICES", "-1")
              .set("train.backend=auto");
      Lab.Driver driver = lab.run("run", scenes, "store", dead);
      int code = driver.await(PATIENCE_SECONDS);
      require(code == RunSummary.SOME_NOT_DONE, "exit code %d: %s", code, driver.tail());
      for (SceneRunRow row : summary(lab).scenes()) {
        String detail = row.verdictDetail();
        require(row.verdict() == Verdict.INTERNAL, "%s: %s", row.verdict(), detail);
        require(detail.contains("Cannot use the GPU"), "%s", detail);
      }
      require(!driver.output().contains(" train step "), "it trained: %s", driver.tail());
      int tries = Events.read(lab.events("store")).tasks(Stage.TRAIN).size();

      try (GpuLease lease = GpuLease.take("address-1", "bin/chaos")) {
        Lab.Settings settings =
            new Lab.Settings()
                .steps(2000)
                .parallel(2)
                .spark("spark.excludeOnFailure.enabled", "true");
        Lab.Driver next = lab.run("run", scenes, "store", settings);
        require(next.await(PATIENCE_SECONDS) == 0, "the next driver: %s", next.tail());
      }
      return "without a driver all %d tries of 2 scenes failed as faults of the machine and none trained on the CPU; then, while another program had one of two GPUs, the same run did both scenes on the other GPU"
          .formatted(tries);
    }
  }

  /** Another application has all GPUs for three times as long as a training may take. */
  private String waitBeyondTheLimit() throws Exception {
    int limit = 20;
    try (Lab lab = lab("wait")) {
      Path scenes = lab.scenes(2);
      Lab.Driver other =
          lab.run("other", scenes, "other", new Lab.Settings().steps(1_000_000).parallel(2));
      try {
        other.awaitOutput("scene scene00 train step", 120);
        other.awaitOutput("scene scene01 train step", 120);
        Lab.Driver driver =
            lab.run(
                "run",
                scenes,
                "store",
                new Lab.Settings().set("spark.timeouts.train=" + limit + "s"));
        driver.awaitOutput("scene scene01 train waits for an executor", 120);
        Thread.sleep(3000L * limit);
        other.process().destroyForcibly().waitFor();
        require(driver.await(PATIENCE_SECONDS) == 0, "the run: %s", driver.tail());
        List<Events.Task> trained = Events.read(lab.events("store")).tasks(Stage.TRAIN);
        require(trained.size() == 2, "%d tasks trained", trained.size());
        return "2 scenes waited %d s for a GPU with a limit of %d s: both done at the first try"
            .formatted(3 * limit, limit);
      } finally {
        other.process().destroyForcibly();
      }
    }
  }

  /** Runs many scenes and kills executors all the time. Nothing may be left behind. */
  private String churn() throws Exception {
    int scenes = 60;
    try (Lab lab = lab("churn")) {
      Path temporary = Files.createDirectories(lab.folder().resolve("scratch"));
      Lab.Settings settings =
          new Lab.Settings()
              .steps(150)
              .spark("spark.executor.extraJavaOptions", "-Djava.io.tmpdir=" + temporary)
              .spark("spark.task.maxFailures", "20");
      Lab.Driver driver = lab.run("run", lab.scenes(scenes), "store", settings);
      int kills = 0;
      while (driver.process().isAlive()) {
        Thread.sleep(3000 + random.nextInt(6000));
        List<ProcessHandle> executors = lab.executors(true);
        if (kills < 0.3 * scenes && !executors.isEmpty()) {
          executors.get(random.nextInt(executors.size())).destroyForcibly();
          kills++;
        }
      }
      int code = driver.await(1);
      require(code == 0, "exit code %d: %s", code, driver.tail());
      Thread.sleep(3000);
      int left = lab.executors(true).size() + lab.executors(false).size();
      require(left == 0, "%d executors are left", left);
      List<String> files = new ArrayList<>();
      try (Stream<Path> all = Files.walk(temporary)) {
        all.filter(Files::isRegularFile)
            .filter(file -> file.getFileName().toString().startsWith("splatline-"))
            .filter(file -> !file.toString().endsWith(".lock"))
            .forEach(file -> files.add(temporary.relativize(file).toString()));
      }
      require(files.isEmpty(), "scratch files are left: %s", files);
      return "%d scenes, %d executors killed: all done, no executor and no scratch file left"
          .formatted(scenes, kills);
    }
  }

  /** The newest version of each table, from 0 for a table that was only made. */
  private static Map<String, Long> versions(Path tables) throws IOException {
    Map<String, Long> versions = new TreeMap<>();
    try (Stream<Path> folders = Files.list(tables)) {
      for (Path folder : folders.toList()) {
        try (Stream<Path> log = Files.list(folder.resolve("_delta_log"))) {
          versions.put(
              folder.getFileName().toString(),
              log.filter(file -> file.toString().endsWith(".json")).count() - 1);
        }
      }
    }
    return versions;
  }

  /** Measures what scheduling costs: tiny trainings, two at a time, without a cluster. */
  private String many() throws Exception {
    int count = 2000;
    Path scenes = folder.resolve("many-scenes");
    for (int i = 0; i < count; i++) {
      TinyScene.write(scenes.resolve("scene%04d".formatted(i)), i);
    }
    try (Lab lab = Lab.start(folder.resolve("many"), "--workers", "1", "--cores", "1")) {
      Lab.Driver driver =
          lab.run("local[2]", "run", scenes, "store", new Lab.Settings().steps(5).parallel(2));
      require(driver.await(3000) == 0, "the run: %s", driver.tail());
      RunSummary summary = summary(lab);
      double stages = 0;
      for (SceneRunRow row : summary.scenes()) {
        stages += row.metrics().totalSeconds();
      }
      double overhead = (summary.seconds() - stages / 2) / count;
      return String.format(
          Locale.ROOT,
          "%d scenes in %.0f s; the driver's heap held at most %d MiB of 2 GiB; besides training"
              + " %.0f ms per scene, two at a time; versions of the tables: %s",
          count,
          summary.seconds(),
          driver.heapMebibytes(),
          1e3 * overhead,
          versions(Path.of(URI.create(summary.tablesUri()))));
    }
  }
}
