package org.splatline.pipeline.emr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.SparkConfig;

/**
 * The files of {@code conf/}, and those of {@code conf/emr} against what EMR, YARN and Spark know.
 */
class EmrFilesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path EMR = ROOT.resolve("conf/emr");
  private static final long MIB = 1024 * 1024;

  /** What EMR gives YARN on a node of 64 and of 32 GiB: its defaults. */
  private static final long CORE_NODE = 57_344 * MIB;

  private static final long GPU_NODE = 24_576 * MIB;

  @TempDir Path folder;

  @Test
  void eachJsonAndYamlIsReadStrictly() throws IOException {
    List<Path> read = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("conf"))) {
      for (Path file :
          files.filter(name -> name.toString().matches(".*\\.(json|ya?ml)")).toList()) {
        assertThat(EmrTemplates.strictly(file).isContainerNode()).as(file.toString()).isTrue();
        read.add(ROOT.resolve("conf").relativize(file));
      }
    }
    assertThat(read).hasSizeGreaterThan(15);
    Path twice = Files.writeString(folder.resolve("twice.yaml"), "a: {b: 1}\na: {c: 2}\n");
    assertThatThrownBy(() -> EmrTemplates.strictly(twice)).isInstanceOf(IOException.class);
    Path more = Files.writeString(folder.resolve("more.json"), "{\"a\": 1} {\"a\": 2}");
    assertThatThrownBy(() -> EmrTemplates.strictly(more)).isInstanceOf(IOException.class);
  }

  /** cfn-lint has the schemas that CloudFormation publishes of its resources. */
  @Test
  void theStacksPassTheirPublishedSchema() throws Exception {
    assumeTrue(isInstalled("cfn-lint"), "no cfn-lint, of PyPI: pip install cfn-lint==1.51.0");
    assumeTrue(isInstalled("jq"), "no jq: apt-get install jq");
    List<String> command =
        new ArrayList<>(List.of("cfn-lint", "--regions", "us-east-1", "--template"));
    command.add(EMR.resolve("base.yaml").toString());
    for (String release : List.of("emr-7.14.0", "emr-spark-8.0.0")) {
      String text = run(ROOT + "/bin/run-nightly.sh", "--print-template", "--release", release);
      assertThat(text).as("CloudFormation takes 51,200 bytes").hasSizeLessThan(51_200);
      command.add(Files.writeString(folder.resolve(release + ".json"), text).toString());
    }
    Path wrong =
        Files.writeString(
            folder.resolve("wrong.yaml"),
            Files.readString(EMR.resolve("base.yaml"))
                .replace("EnableKeyRotation", "EnableRotation"));
    command.add(wrong.toString());
    assertThat(run(command.toArray(String[]::new)).lines().filter(line -> !line.isBlank()))
        .as("a finding, and its place")
        .hasSize(2)
        .anyMatch(line -> line.contains("'EnableRotation' was unexpected"))
        .anyMatch(line -> line.startsWith(wrong.toString()));
  }

  @Test
  void classificationsAndTheirKeysAreKnown() throws Exception {
    Set<String> yarn = yarnKeys();
    for (String file : List.of("emr-7.json", "emr-spark-8.json", "gpu-nodes.json")) {
      for (JsonNode part : EmrTemplates.strictly(EMR.resolve(file))) {
        assertThat(part.path("Classification").asText())
            .isIn(
                "spark", "delta-defaults", "yarn-site", "capacity-scheduler", "container-executor");
        Set<String> keys = new TreeSet<>();
        part.path("Properties").fieldNames().forEachRemaining(keys::add);
        switch (part.path("Classification").asText()) {
          case "spark" -> assertThat(keys).containsExactly("enableSparkRapids");
          case "delta-defaults" -> assertThat(keys).containsExactly("delta.enabled");
          case "yarn-site" -> assertThat(yarn).containsAll(keys);
          case "capacity-scheduler" ->
              assertThat(keys)
                  .allMatch(
                      key ->
                          key.matches(
                              "yarn\\.scheduler\\.capacity\\.(resource-calculator|root(\\.default)?\\.accessible-node-labels(\\.CORE\\.capacity)?)"));
          default ->
              assertThat(part.path("Configurations").findValuesAsText("Classification"))
                  .containsExactly("gpu", "cgroups");
        }
      }
    }
  }

  /** Without nvidia-smi a node manager with the plug-in doesn't start. */
  @Test
  void onlyGpuNodesHaveThePlugIn() throws IOException {
    for (String file : List.of("emr-7.json", "emr-spark-8.json")) {
      assertThat(Files.readString(EMR.resolve(file))).doesNotContain("resource-plugins");
    }
    assertThat(Files.readString(EMR.resolve("bootstrap.sh")))
        .contains(
            EmrTemplates.strictly(EMR.resolve("gpu-nodes.json"))
                .at("/1/Configurations/1/Properties/root")
                .asText());
  }

  private static Set<String> yarnKeys() throws IllegalAccessException {
    Set<String> keys = new TreeSet<>();
    keys.add("yarn.node-labels.am.default-node-label-expression"); // EMR's own
    for (Field field : YarnConfiguration.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
        keys.add((String) field.get(null));
      }
    }
    return keys;
  }

  @Test
  void sparkKnowsEachKey() throws Exception {
    Map<String, String> all = properties("conf/spark-gpu.conf");
    Map<String, String> emr = properties("conf/emr/spark.conf");
    assertThat(emr.keySet()).as("said once").doesNotContainAnyElementsOf(all.keySet());
    all.putAll(emr);
    Class.forName("org.apache.spark.internal.config.package$");
    Class.forName("org.apache.spark.internal.config.UI$");
    Class.forName("org.apache.spark.internal.config.Network$");
    Class.forName("org.apache.spark.sql.internal.StaticSQLConf$");
    Path yarn =
        Path.of(System.getProperty("splatline.target", "target"))
            .resolve("spark-yarn")
            .toAbsolutePath();
    assumeTrue(Files.isDirectory(yarn), "no Spark for YARN: mvn package copies it");
    try (Stream<Path> jars = Files.list(yarn)) {
      URL jar =
          jars.filter(file -> file.toString().contains("spark-yarn"))
              .findFirst()
              .orElseThrow()
              .toUri()
              .toURL();
      try (URLClassLoader loader =
          new URLClassLoader(new URL[] {jar}, getClass().getClassLoader())) {
        Class.forName("org.apache.spark.deploy.yarn.config.package$", true, loader);
      }
    }
    for (String key : all.keySet()) {
      if (!key.matches(
          "spark\\.(executorEnv|yarn\\.appMasterEnv)\\..*|spark\\.sql\\.catalog\\..*")) {
        assertThat(ConfigEntry.findEntry(key)).as(key).isNotNull();
      }
    }
    assertThat(all)
        .containsEntry("spark.excludeOnFailure.enabled", "true")
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.io.encryption.enabled", "true");
  }

  private static Map<String, String> properties(String file) throws IOException {
    Properties read = new Properties();
    try (Reader text = Files.newBufferedReader(ROOT.resolve(file))) {
      read.load(text);
    }
    Map<String, String> sorted = new java.util.TreeMap<>();
    read.stringPropertyNames().forEach(key -> sorted.put(key, read.getProperty(key)));
    return sorted;
  }

  /** One that trains and a small one on a GPU node; two of COLMAP's on a core node. */
  @Test
  void theExecutorsFitOnTheirNodes() throws IOException {
    PipelineConfig config =
        PipelineConfig.of(
            ConfigurationReader.withDefaultProfile("progressive")
                .file(EMR.resolve("splatline.yaml"))
                .read());
    SparkConfig spark = config.spark();
    long small = 5 * 1024 * MIB; // conf/emr/spark.conf
    assertThat(properties("conf/emr/spark.conf"))
        .containsEntry("spark.executor.memory", "2g")
        .containsEntry("spark.executor.memoryOverhead", "3g");
    assertThat(spark.trainExecutor().memory() + spark.trainExecutor().overhead() + small)
        .isLessThanOrEqualTo(GPU_NODE);
    assertThat(2 * (spark.sfmExecutor().memory() + spark.sfmExecutor().maxOverhead()))
        .isLessThanOrEqualTo(CORE_NODE);
    assertThat(config.train().train().backend()).hasToString("cuda");
  }

  @Test
  void theLogRolls() throws Exception {
    String text =
        Files.readString(EMR.resolve("log4j2.properties"))
            .replace("${sys:spark.yarn.app.container.log.dir}", folder.toString())
            .replace("64MB", "1KB");
    Path file = Files.writeString(folder.resolve("log4j2.properties"), text);
    try (LoggerContext context = Configurator.initialize("rolls", null, file.toUri(), null)) {
      Logger logger = context.getLogger("org.splatline.Test");
      for (int i = 0; i < 100; i++) {
        logger.info("line {} of a log that is longer than its file may be", i);
      }
    }
    String pattern = properties("conf/emr/spark.conf").get("spark.yarn.rolledLog.includePattern");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(log -> log.getFileName().toString()))
          .contains("splatline.log", "splatline-1.log")
          .anyMatch(name -> name.matches(pattern))
          .noneMatch(name -> name.equals("splatline.log") && name.matches(pattern));
    }
  }

  @Test
  void theExamplesAreWhole() throws IOException {
    JsonNode machine = EmrTemplates.strictly(EMR.resolve("examples/step-functions.asl.json"));
    List<String> states = new ArrayList<>();
    machine.path("States").fieldNames().forEachRemaining(states::add);
    Set<String> reached = new TreeSet<>(machine.findValuesAsText("Next"));
    reached.addAll(machine.findValuesAsText("Default"));
    reached.add(machine.path("StartAt").asText());
    assertThat(reached).containsExactlyInAnyOrderElementsOf(states);
    for (JsonNode state : machine.path("States")) {
      boolean ends = Set.of("Succeed", "Fail").contains(state.path("Type").asText());
      boolean chooses = state.path("Type").asText().equals("Choice");
      assertThat(state.has(chooses ? "Default" : "Next")).as(state.toString()).isNotEqualTo(ends);
    }
  }

  /** On a node whose GPU has no driver, an empty disk, and so on: what a node tells. */
  @Test
  void theBootstrapChecksTheNode() throws Exception {
    assumeTrue(isInstalled("df"), "no df");
    Path device = Files.createDirectories(folder.resolve("sys/bus/pci/devices/0000:00:1e.0"));
    Files.writeString(device.resolve("vendor"), "0x10de\n");
    Files.writeString(device.resolve("class"), "0x030200\n");
    Path path = Files.createDirectory(folder.resolve("path"));
    script(
        path.resolve("sudo"),
        "case \"$1\" in mount) echo \"$*\" >>\"$MOUNTS\" ;; *) \"$@\" ;; esac");
    script(path.resolve("nvidia-smi"), "exit 9");

    assertThat(bootstrap(path, "emr", "0")).contains("no NVIDIA driver yet", "code 0");
    assertThat(Files.readString(folder.resolve("mounts"))).contains("mount -t cgroup -o devices");
    assertThat(folder.resolve("mnt/splatline/gpu-locks")).isDirectory();
    assertThat(bootstrap(path, "image", "0")).contains("nvidia-smi fails", "code 1");
    assertThat(bootstrap(path, "emr", "99999999"))
        .contains("Give the node a larger volume", "code 1");
    assertThat(bootstrap(path, "else", "0")).contains("Invalid argument: else", "code 1");
    script(path.resolve("nvidia-smi"), "echo NVIDIA L4, 570.1");
    assertThat(bootstrap(path, "image", "0")).contains("NVIDIA L4", "code 0");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private String bootstrap(Path path, String driverBy, String freeGib) throws Exception {
    Files.createDirectories(folder.resolve("mnt"));
    ProcessBuilder builder =
        new ProcessBuilder(EMR.resolve("bootstrap.sh").toString(), driverBy)
            .redirectErrorStream(true);
    builder.environment().put("PATH", path + ":" + System.getenv("PATH"));
    builder.environment().put("MOUNTS", folder.resolve("mounts").toString());
    builder.environment().put("SPLATLINE_SYS", folder.resolve("sys").toString());
    builder.environment().put("SPLATLINE_MNT", folder.resolve("mnt").toString());
    builder.environment().put("SPLATLINE_CGROUP", folder.resolve("cgroup").toString());
    builder.environment().put("SPLATLINE_LEAST_FREE_GIB", freeGib);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return output + "code " + process.waitFor();
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
