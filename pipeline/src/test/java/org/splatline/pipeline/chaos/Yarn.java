package org.splatline.pipeline.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.synthetic.SyntheticScene;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.store.Location;

/**
 * A real YARN on this host and an S3 server, to which the line of docs/operations/cluster.md
 * submits. The node managers have one GPU each, which a stand-in for nvidia-smi pretends. Spark's
 * jars are without any of ours, as on a cluster.
 */
final class Yarn implements AutoCloseable {
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Path folder;
  private final LocalS3 s3;
  private final Process cluster;
  private final List<Process> submissions = new ArrayList<>();

  private Yarn(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Path s3Folder = Files.createDirectories(folder.resolve("s3"));
    s3 = LocalS3.start(Path.of(System.getProperty("splatline.s3proxy.jar")), s3Folder, "bucket");
    writeCluster();
    cluster =
        start(
            "yarn.log",
            Map.of("PATH", path()),
            folder,
            List.of(
                Submit.java(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                folder.resolve("nodes") + ":" + Submit.target().resolve("yarn") + "/*",
                Submit.root().resolve("pipeline/src/test/yarn/MiniYarn.java").toString(),
                clients().toString()));
    try {
      await("YARN", 180, () -> Files.exists(clients()), cluster, folder.resolve("yarn.log"));
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
  }

  /** Starts both. The caller closes them. */
  static Yarn start(Path folder) throws IOException, InterruptedException {
    return new Yarn(Files.createDirectories(folder));
  }

  /** PATH with nvidia-smi. */
  String path() {
    return folder.resolve("bin") + ":" + System.getenv("PATH");
  }

  private Path clients() {
    return folder.resolve("clients/yarn-site.xml");
  }

  private void writeCluster() throws IOException {
    Files.createDirectories(clients().getParent());
    Path nvidia = write("bin/nvidia-smi", NVIDIA_SMI);
    if (!nvidia.toFile().setExecutable(true)) {
      throw new IOException("Cannot make executable: " + nvidia);
    }
    write("nodes/resource-types.xml", xml(Map.of("yarn.resource-types", "yarn.io/gpu")));
    write("clients/resource-types.xml", xml(Map.of("yarn.resource-types", "yarn.io/gpu")));
    Map<String, String> queues = new LinkedHashMap<>();
    String capacity = "yarn.scheduler.capacity.";
    queues.put(capacity + "root.queues", "default");
    queues.put(capacity + "root.default.capacity", "100");
    queues.put(capacity + "root.default.user-limit-factor", "10");
    queues.put(capacity + "maximum-am-resource-percent", "1.0");
    queues.put(
        capacity + "resource-calculator",
        "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator");
    write("nodes/capacity-scheduler.xml", xml(queues));
    Map<String, String> site = new LinkedHashMap<>();
    site.put("yarn.scheduler.minimum-allocation-mb", "128");
    site.put("yarn.scheduler.maximum-allocation-mb", "4096");
    site.put("yarn.scheduler.maximum-allocation-vcores", "16");
    String node = "yarn.nodemanager.";
    site.put(node + "resource.memory-mb", "4096");
    site.put(node + "resource.cpu-vcores", "16");
    site.put(node + "vmem-check-enabled", "false");
    site.put(node + "pmem-check-enabled", "false");
    site.put(node + "disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
    site.put(node + "delete.debug-delay-sec", "3600"); // so that logs can be read afterwards
    site.put(node + "resource-plugins", "yarn.io/gpu");
    site.put(node + "resource-plugins.gpu.path-to-discovery-executables", nvidia.toString());
    site.put(node + "resource-plugins.gpu.allowed-gpu-devices", "auto");
    write("nodes/yarn-site.xml", xml(site));
    write(
        "nodes/log4j.properties",
        """
        log4j.rootLogger=WARN,out
        log4j.appender.out=org.apache.log4j.ConsoleAppender
        log4j.appender.out.layout=org.apache.log4j.PatternLayout
        log4j.appender.out.layout.ConversionPattern=%d %p %c: %m%n
        """);
  }

  /** What nvidia-smi prints for one GPU: to the node manager, and to conf/getGpus.sh. */
  private static final String NVIDIA_SMI =
      """
      #!/bin/sh
      if [ "$1" = --list-gpus ]; then
        echo 'GPU 0: Stand-in (UUID: GPU-0)'
        exit
      fi
      cat <<'XML'
      <nvidia_smi_log><driver_version>550.1</driver_version><attached_gpus>1</attached_gpus><gpu id="0">
      <product_name>Stand-in</product_name><uuid>GPU-0</uuid><minor_number>0</minor_number>
      <fb_memory_usage><total>1000 MiB</total><used>0 MiB</used><free>1000 MiB</free></fb_memory_usage>
      <utilization><gpu_util>0 %</gpu_util><memory_util>0 %</memory_util></utilization>
      <temperature><gpu_temp>30 C</gpu_temp><gpu_temp_max_threshold>90 C</gpu_temp_max_threshold>
      <gpu_temp_slow_threshold>88 C</gpu_temp_slow_threshold></temperature>
      </gpu></nvidia_smi_log>
      XML
      """;

  private static String xml(Map<String, String> settings) {
    StringBuilder xml = new StringBuilder("<configuration>\n");
    settings.forEach(
        (name, value) ->
            xml.append(
                "<property><name>%s</name><value>%s</value></property>\n".formatted(name, value)));
    return xml.append("</configuration>\n").toString();
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  Path folder() {
    return folder;
  }

  /** Settings of a session of Spark that reads the bucket. */
  Map<String, String> hadoopSettings() {
    return s3.hadoopSettings();
  }

  /** The S3 bucket's content. */
  Location bucket() {
    Configuration hadoop = new Configuration();
    s3.hadoopSettings().forEach(hadoop::set);
    return Location.open(s3.uri(""), hadoop);
  }

  /** Uploads {@code count} tiny scenes, a manifest of them, and a price list. */
  void uploadScenes(int count) throws IOException {
    StringBuilder manifest = new StringBuilder();
    for (int i = 0; i < count; i++) {
      Path scene = folder.resolve("scenes/scene" + i);
      TinyScene.write(scene, i);
      bucket().upload(scene, "uploads/scene" + i);
      manifest.append("{\"id\": \"scene%d\", \"source\": \"uploads/scene%d\"}\n".formatted(i, i));
    }
    put("batch.jsonl", manifest.toString());
    put("conf/prices.json", Files.readString(Submit.root().resolve("conf/prices.json")));
  }

  /** Uploads photographs from which COLMAP finds cameras in seconds: {@code uploads/NAME}. */
  void uploadPhotographs(String name) throws IOException {
    Path all = folder.resolve("all-photographs");
    SyntheticScene.of(SyntheticScene.Kind.STUDIO, 1).writePhotographs(all, 32, 320, 240);
    Path some = Files.createDirectories(folder.resolve("photographs"));
    for (int i = 1; i <= 8; i++) { // close to each other
      String photograph = "IMG_%04d.jpg".formatted(i);
      Files.copy(all.resolve(photograph), some.resolve(photograph));
    }
    bucket().upload(some, "uploads/" + name);
  }

  /**
   * A {@code .tar.gz} with {@code bin/colmap}, which is this host's. Before it works on photographs
   * it creates one file and waits for another.
   */
  Path archiveOfColmap(Path started, Path go) throws IOException, InterruptedException {
    Path colmap =
        write(
            "tools/bin/colmap",
            """
            #!/bin/sh
            PATH=${PATH#*:}
            if [ "$1" = feature_extractor ] && [ $# -gt 2 ]; then # not when asked for its options
              : >'%s'
              while [ ! -e '%s' ]; do sleep 0.1; done
            fi
            exec colmap "$@"
            """
                .formatted(started, go));
    if (!colmap.toFile().setExecutable(true)) {
      throw new IOException("Cannot make executable: " + colmap);
    }
    Path archive = folder.resolve("tools.tar.gz");
    Process tar =
        new ProcessBuilder("tar", "-C", "" + folder.resolve("tools"), "-czf", "" + archive, ".")
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar ended with " + tar.exitValue());
    }
    return archive;
  }

  /** Uploads {@code conf/NAME.yaml}, whose store is {@code NAME}. */
  void configure(String name, int steps) {
    put(
        "conf/%s.yaml".formatted(name),
        """
        spark:
          parallel-scenes: 4
          sfm-executor: {cores: 1, memory: 512MiB, overhead: 256MiB}
          train-executor: {cores: 1, memory: 512MiB, overhead: 256MiB}
        train: {backend: cpu, threads: 1, steps: %d, progress-every: 500ms}
        densify: {until-step: 0, from-step: 0}
        checkpoint: {every-steps: 50, min-interval: 0s}
        input: {path: "s3://bucket/batch.jsonl"}
        store: {path: "s3://bucket/%s"}
        cost: {prices: "s3://bucket/conf/prices.json"}
        """
            .formatted(steps, name));
  }

  void put(String path, String text) {
    bucket().write(path, text.getBytes(UTF_8));
  }

  /** What the page says after {@code spark-submit}, for this bucket. */
  static List<String> documentedLine() throws IOException {
    return Submit.documented("yarn").stream().map(w -> w.replace("BUCKET", "bucket")).toList();
  }

  /** The page's line for run {@code name} with {@code conf/NAME.yaml}. */
  static List<String> line(String name) throws IOException {
    String file = "s3://bucket/conf/%s.yaml".formatted(name);
    return Submit.with(Submit.with(documentedLine(), "--run-id", name), "--config", file);
  }

  /** Submits it. */
  Submission submit(String name, Map<String, String> more) throws IOException {
    return submit(name, line(name), more);
  }

  /**
   * Submits a line.
   *
   * @param more settings of Spark that come before those of the line
   */
  Submission submit(String name, List<String> words, Map<String, String> more) throws IOException {
    Map<String, String> spark = new LinkedHashMap<>();
    spark.put(
        "spark.yarn.jars",
        Submit.sparkJars().stream().map(jar -> "local:" + jar).collect(Collectors.joining(",")));
    spark.put("spark.yarn.stagingDir", folder.resolve("staging").toUri().toString());
    spark.put("spark.yarn.appMasterEnv.SPARK_LOCAL_IP", "127.0.0.1");
    spark.put("spark.executorEnv.SPARK_LOCAL_IP", "127.0.0.1");
    spark.put("spark.executorEnv.PATH", path()); // with nvidia-smi, which conf/getGpus.sh asks
    spark.put("spark.yarn.report.interval", "500");
    spark.put("spark.ui.enabled", "false");
    spark.put("spark.driver.memory", "640m");
    spark.put("spark.executor.memory", "512m");
    spark.put("spark.executor.cores", "1");
    spark.put("spark.driver.extraJavaOptions", QUICK);
    // A lock folder of its own stands for a host of its own: both node managers are on this one.
    spark.put("spark.executor.extraJavaOptions", QUICK + " -Dsplatline.gpu-locks=locks");
    spark.put("spark.dynamicAllocation.maxExecutors", "2"); // of each profile: a JVM takes seconds
    spark.put("spark.dynamicAllocation.executorIdleTimeout", "10s");
    spark.put("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10s");
    spark.put("spark.eventLog.enabled", "true");
    spark.put("spark.eventLog.dir", Files.createDirectories(events(name)).toUri().toString());
    spark.put("spark.eventLog.compress", "false");
    spark.putAll(s3.sparkSettings());
    spark.putAll(more);
    String classPath = clients().getParent() + ":" + Submit.classPath();
    String log = "submit-%s.log".formatted(name);
    Map<String, String> environment =
        Map.of("HADOOP_CONF_DIR", "" + clients().getParent(), "SPARK_LOCAL_IP", "127.0.0.1");
    List<String> options = List.of("-Xmx640m", "-XX:TieredStopAtLevel=1");
    Process process =
        start(log, environment, Submit.root(), Submit.command(options, classPath, spark, words));
    submissions.add(process);
    return new Submission(process, folder.resolve(log));
  }

  /** A running spark-submit. */
  record Submission(Process process, Path log) {
    String output() {
      return read(log);
    }

    String applicationId() {
      Matcher id = Pattern.compile("application_\\d+_\\d+").matcher(output());
      return id.find() ? id.group() : "";
    }

    /** Waits for its exit code. Throws and ends it after {@code seconds}. */
    int await(int seconds) throws InterruptedException {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("spark-submit took over " + seconds + " s: " + output());
      }
      return process.exitValue();
    }
  }

  /** Where Spark leaves the event logs of a submission. */
  Path events(String name) {
    return folder.resolve("events-" + name);
  }

  /** The standard error of all containers of an application, each after its path. */
  String containerLogs(String applicationId) throws IOException {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder.resolve("target"))) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).sorted().toList()) {
        if (file.toString().contains(applicationId)) {
          logs.append(file).append('\n').append(read(file));
        }
      }
    }
    return logs.toString();
  }

  /** The JVMs of an application's containers whose command line contains {@code words}. */
  List<ProcessHandle> containers(String applicationId, String words) {
    return cluster
        .descendants()
        .filter(
            process -> {
              String line = commandLine(process);
              return line.matches("\\S+/java (?s:.*)") // and no shell that starts it
                  && line.contains(applicationId)
                  && line.contains(words);
            })
        .toList();
  }

  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  /** A condition that {@link #await} waits for. */
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Waits until it holds, as long as {@code process} lives. */
  static void await(String what, int seconds, Condition condition, Process process, Path log)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.holds()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("Never seen: " + what + "\n" + read(log));
      }
      Thread.sleep(100);
    }
  }

  private Process start(
      String log, Map<String, String> environment, Path directory, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Override
  public void close() {
    submissions.forEach(Process::destroyForcibly);
    try {
      cluster.getOutputStream().close();
      if (!cluster.waitFor(30, TimeUnit.SECONDS)) {
        cluster.descendants().forEach(ProcessHandle::destroyForcibly);
        cluster.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      s3.close();
    }
  }
}
