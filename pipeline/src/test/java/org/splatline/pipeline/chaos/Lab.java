package org.splatline.pipeline.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.ModelRow;

/**
 * A real standalone cluster on this host with simulated GPUs. It has Spark's jars and none of ours:
 * drivers are submitted as docs/operations/cluster.md says, with the one jar. They are separate
 * processes, so that any process can be killed.
 */
final class Lab implements AutoCloseable {
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  private final Path folder;
  private final int port;

  private Lab(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts a cluster. The caller closes it.
   *
   * @param folder a new folder for everything
   * @param options of bin/splatline-cluster
   */
  static Lab start(Path folder, String... options) throws IOException, InterruptedException {
    int port = freePort();
    Lab lab = new Lab(folder, port);
    Path spark = Submit.linkSpark(folder.resolve("spark"));
    List<String> command = new ArrayList<>(List.of("start", "--port", "" + port));
    command.addAll(List.of("--spark", spark.toString()));
    command.addAll(List.of(options));
    lab.cluster(command.toArray(String[]::new));
    return lab;
  }

  /** The first of two free ports in a row: for the master and for its web page. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0);
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1)) {
        return second.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException taken) {
        // Another process has one of them: try the next two.
      }
    }
  }

  /** Runs bin/splatline-cluster. */
  void cluster(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Submit.root().resolve("bin/splatline-cluster").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--work", folder.resolve("cluster").toString()));
    Path log = folder.resolve("cluster-" + arguments[0] + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("splatline-cluster failed: " + Files.readString(log));
    }
  }

  Path folder() {
    return folder;
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Writes {@code count} tiny scenes, scene00, scene01, …, and returns their folder. */
  Path scenes(int count) throws IOException {
    Path scenes = folder.resolve("scenes");
    for (int i = 0; i < count; i++) {
      TinyScene.write(scenes.resolve("scene%02d".formatted(i)), i % 100);
    }
    return scenes;
  }

  /** A driver's settings, where they differ from the defaults. */
  static final class Settings {
    private final Map<String, String> spark = new TreeMap<>();
    private final List<String> more = new ArrayList<>();
    private int steps = 400;
    private int parallel = 4;
    private int checkpointEvery = 50;
    private Class<?> extra;

    /** Submits a class of the tests, too. */
    Settings extra(Class<?> value) {
      extra = value;
      return this;
    }

    Settings steps(int value) {
      steps = value;
      return this;
    }

    Settings parallel(int value) {
      parallel = value;
      return this;
    }

    Settings checkpointEvery(int value) {
      checkpointEvery = value;
      return this;
    }

    Settings spark(String key, String value) {
      spark.put(key, value);
      return this;
    }

    Settings set(String setting) {
      more.add(setting);
      return this;
    }
  }

  /** A running driver. */
  static final class Driver {
    private final Process process;
    private final Path log;

    Driver(Process process, Path log) {
      this.process = process;
      this.log = log;
    }

    Process process() {
      return process;
    }

    String output() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The end of its output, on one line. */
    String tail() {
      List<String> lines = output().lines().filter(line -> !line.isBlank()).toList();
      return String.join(" / ", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }

    /** The most memory that was in use after a collection of garbage, MiB. */
    int heapMebibytes() throws IOException {
      return Pattern.compile("->(\\d+)M\\(")
          .matcher(Files.readString(log.resolveSibling(log.getFileName() + ".gc")))
          .results()
          .mapToInt(collection -> Integer.parseInt(collection.group(1)))
          .max()
          .orElse(0);
    }

    /** Waits for its exit code. Throws and ends it after {@code seconds}. */
    int await(int seconds) throws InterruptedException {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("The driver took over " + seconds + " s: " + tail());
      }
      return process.exitValue();
    }

    /** Waits until its output, which includes its log, contains {@code words}. */
    void awaitOutput(String words, int seconds) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (!output().contains(words)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IllegalStateException("The driver never printed " + words + ": " + tail());
        }
        Thread.sleep(50);
      }
    }
  }

  /** Starts {@code run} on this cluster. */
  Driver run(String runId, Path scenes, String store, Settings settings) throws IOException {
    return run(master(), runId, scenes, store, settings);
  }

  /** Starts {@code run} with another master. */
  Driver run(String master, String runId, Path scenes, String store, Settings settings)
      throws IOException {
    Path config = folder.resolve("config-" + store + ".yaml");
    StringBuilder conf = new StringBuilder();
    Map<String, String> spark = new TreeMap<>(settings.spark);
    spark.putIfAbsent("spark.executor.memory", "600m");
    spark.merge(
        "spark.executor.extraJavaOptions", QUICK_START, (given, ours) -> ours + " " + given);
    spark.put("spark.eventLog.enabled", "true");
    spark.put("spark.eventLog.dir", Files.createDirectories(events(store)).toUri().toString());
    spark.put("spark.eventLog.compress", "false");
    spark.forEach((key, value) -> conf.append("    %s: \"%s\"\n".formatted(key, value)));
    Files.writeString(
        config,
        """
        spark:
          parallel-scenes: %d
          sfm-executor: {cores: 1, memory: 600MiB, overhead: 0B}
          train-executor: {cores: 1, memory: 600MiB, overhead: 0B}
          conf:
        %strain: {backend: cpu, threads: 1, steps: %d, progress-every: 500ms}
        densify: {until-step: 0, from-step: 0}
        checkpoint: {every-steps: %d, min-interval: 0s}
        input: {path: "%s"}
        store: {path: "%s"}
        """
            .formatted(
                settings.parallel,
                conf,
                settings.steps,
                settings.checkpointEvery,
                scenes,
                folder.resolve(store)));
    List<String> line = Submit.with(Submit.documented("spark"), "--master", master);
    line = Submit.with(Submit.with(line, "--run-id", runId), "--config", config.toString());
    if (settings.extra != null) {
      line.addAll(0, List.of("--jars", jar(settings.extra).toString()));
    }
    line.addAll(List.of("--profile", "vanilla"));
    for (String setting : settings.more) {
      line.addAll(List.of("--set", setting));
    }
    // One that does all the work itself lives long enough for the JVM's better compiler.
    return submit(master.startsWith("local") ? List.of() : List.of(QUICK_START), line);
  }

  private Path jar(Class<?> content) throws IOException {
    Path file = folder.resolve(content.getSimpleName() + ".jar");
    String name = content.getName().replace('.', '/') + ".class";
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
        InputStream in = content.getResourceAsStream("/" + name)) {
      jar.putNextEntry(new ZipEntry(name));
      in.transferTo(jar);
    }
    return file;
  }

  /** Any command, with a local master. */
  Driver command(List<String> arguments) throws IOException {
    return command("local[2]", arguments);
  }

  /** Any command, on the cluster. */
  Driver clusterCommand(List<String> arguments) throws IOException {
    return command(master(), arguments);
  }

  private Driver command(String master, List<String> arguments) throws IOException {
    List<String> line = Submit.with(Submit.documented("spark"), "--master", master);
    List<String> words = new ArrayList<>(line.subList(0, line.indexOf("run")));
    words.addAll(arguments);
    return submit(List.of(QUICK_START), words);
  }

  private Driver submit(List<String> more, List<String> line) throws IOException {
    Path log = Files.createTempFile(folder, "driver-", ".log");
    List<String> options = new ArrayList<>(more);
    options.addAll(List.of("-Xmx2g", "-Xlog:gc:file=" + log + ".gc"));
    options.add(
        "-Dlog4j2.configurationFile=" + Submit.root().resolve("conf/log4j2.properties").toUri());
    ProcessBuilder builder =
        new ProcessBuilder(Submit.command(options, Submit.classPath(), Map.of(), line))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return new Driver(builder.start(), log);
  }

  /** Where drivers with this store leave their event logs. */
  Path events(String store) {
    return folder.resolve("events-" + store);
  }

  /** sha256 of each scene's model. */
  Map<String, String> models(String store, String runId) throws IOException {
    Map<String, String> models = new TreeMap<>();
    Path scenes = folder.resolve(store).resolve("runs").resolve(runId).resolve("scenes");
    try (Stream<Path> all = Files.list(scenes)) {
      for (Path scene : all.toList()) {
        Path result = scene.resolve("RESULT.json");
        if (Files.exists(result)) {
          for (ModelRow model : Json.read(Files.readAllBytes(result), Group.class).models()) {
            models.put(model.sceneId(), model.sha256());
          }
        }
      }
    }
    return models;
  }

  /** Kills a worker and everything it started, with {@code kill -9}. */
  void killWorker(int number) throws IOException {
    Path pid = folder.resolve("cluster/worker-%d.pid".formatted(number));
    ProcessHandle worker =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(worker.descendants().toList());
    all.add(worker);
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** The running executors. Those that train have a profile of their own. */
  List<ProcessHandle> executors(boolean training) {
    return ProcessHandle.allProcesses().filter(handle -> isOurs(handle, training)).toList();
  }

  private boolean isOurs(ProcessHandle handle, boolean training) {
    String line = commandLine(handle);
    return line.contains("CoarseGrainedExecutorBackend")
        && line.contains(folder.toString())
        && training != line.contains("--resourceProfileId 0");
  }

  private static String commandLine(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"), UTF_8)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  /** The log lines of all executors that contain {@code words}. */
  List<String> executorLines(String words) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("cluster"))) {
      for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
        Files.readAllLines(log).stream().filter(line -> line.contains(words)).forEach(lines::add);
      }
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      cluster("stop");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
