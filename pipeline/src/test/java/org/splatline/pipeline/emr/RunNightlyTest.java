package org.splatline.pipeline.emr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/run-nightly.sh} against a stand-in for the AWS command line. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunNightlyTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final String RUN = "2026-11-27";
  private static final String SECRET = "planted-secret-key";

  @TempDir Path folder;

  private record Ended(int code, String output) {}

  @BeforeEach
  void copyScripts() throws IOException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "jq"))),
        "no jq: apt-get install jq");
    for (String file :
        List.of(
            "bin/run-nightly.sh",
            "bin/lib.sh",
            "conf/spark-gpu.conf",
            "conf/emr/spark.conf",
            "conf/emr/cluster.json",
            "conf/emr/template.jq",
            "conf/emr/emr-7.json",
            "conf/emr/emr-spark-8.json",
            "conf/emr/gpu-nodes.json")) {
      Path copy = folder.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(ROOT.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectory(folder.resolve("aws"));
    Files.createDirectory(folder.resolve("path"));
    Files.copy(
        ROOT.resolve("pipeline/src/test/emr/aws"),
        folder.resolve("path/aws"),
        StandardCopyOption.COPY_ATTRIBUTES);
    compareEnds(0);
  }

  private void compareEnds(int code) throws IOException {
    Path command = folder.resolve("bin/splatline");
    Files.writeString(
        command,
        "#!/bin/sh\necho \"splatline $*\" >>\"%s\"\nexit %d\n".formatted(state("calls"), code));
    assertThat(command.toFile().setExecutable(true)).isTrue();
  }

  private Path state(String name) {
    return folder.resolve("aws").resolve(name);
  }

  private Process start(String scenario, String... options) throws IOException {
    Files.writeString(state("scenario"), scenario);
    List<String> command = new ArrayList<>();
    command.add(folder.resolve("bin/run-nightly.sh").toString());
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("PATH", folder.resolve("path") + ":" + System.getenv("PATH"));
    builder.environment().put("FAKE", folder.resolve("aws").toString());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", SECRET);
    builder.environment().put("SPLATLINE_POLL_SECONDS", "0.01");
    return builder.start();
  }

  /** What holds however it ends: no secret is printed, and no cluster is left. */
  private Ended await(Process process) throws IOException, InterruptedException {
    int code = process.waitFor();
    String output = Files.readString(folder.resolve("output"), UTF_8);
    assertThat(output).doesNotContain(SECRET, "Cannot notify");
    assertThat(state("stack")).doesNotExist();
    return new Ended(code, output);
  }

  private Ended run(String scenario) throws IOException, InterruptedException {
    return await(start(scenario, "--version", "1.4", "--run-id", RUN));
  }

  private String calls() throws IOException {
    return Files.readString(state("calls"));
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(state(name).toFile());
  }

  @Test
  void aRunIsDoneComparedAndNotified() throws Exception {
    Ended done = run("success");

    assertThat(done.code()).as(done.output()).isZero();
    assertThat(calls())
        .contains(
            "splatline compare --tables s3a://store-bucket/store/tables 2026-11-26 " + RUN + "\n",
            "--client-request-token splatline-run-" + RUN);
    assertThat(calls().indexOf("delete-stack")).isLessThan(calls().indexOf("stderr.gz"));
    assertThat(json("message.json").path("exit_code").asInt(-1)).isZero();
    assertThat(json("message.json").path("outcome").asText())
        .isEqualTo("run 2026-11-27 ended with exit code 0; nothing is worse than in 2026-11-26");
    List<String> words = new ArrayList<>();
    json("steps.json").at("/0/Args").forEach(word -> words.add(word.asText()));
    assertThat(words)
        .startsWith("spark-submit", "--master", "yarn", "--deploy-mode", "cluster")
        .contains(
            "spark.authenticate=true",
            "spark.archives=s3://store-bucket/release/1.4/tools.tar.gz#tools",
            "spark.executorEnv.PATH={{PWD}}/tools/bin:/usr/local/bin:/usr/bin:/bin")
        .endsWith(
            "s3://store-bucket/release/1.4/splatline.jar",
            "run",
            "--run-id",
            RUN,
            "--config",
            "s3://store-bucket/release/1.4/splatline.yaml");
    assertThat(String.join(" ", words)).as("EMR takes 10,280 characters").hasSizeLessThan(10_000);
    JsonNode cluster = json("template.json").at("/Resources/Cluster/Properties");
    assertThat(cluster.at("/Configurations").toString()).doesNotContain("resource-plugins");
    assertThat(
            cluster
                .at("/Instances/TaskInstanceFleets/0/InstanceTypeConfigs/1/Configurations")
                .toString())
        .contains("resource-plugins");
  }

  @Test
  void aRegressionIsCode2() throws Exception {
    compareEnds(2);

    Ended worse = run("success");

    assertThat(worse.code()).isEqualTo(2);
    assertThat(json("message.json").path("outcome").asText()).contains("worse than 2026-11-26");
  }

  @Test
  void withoutCapacityNothingIsLeft() throws Exception {
    Ended none = run("nocapacity");

    assertThat(none.code()).isEqualTo(3);
    assertThat(none.output()).contains("sufficient m6i.4xlarge capacity");
    assertThat(calls()).contains("delete-stack").doesNotContain("add-steps");
    assertThat(json("message.json").path("exit_code").asInt()).isEqualTo(3);
  }

  @Test
  void aFailedStepHasTheCodeOfItsSummary() throws Exception {
    Ended failed = run("failed");

    assertThat(failed.code()).isEqualTo(70);
    assertThat(failed.output()).contains("run 2026-11-27 ended with exit code 70");
    assertThat(calls()).doesNotContain("splatline compare");
  }

  @Test
  void aFailedStepWithoutASummaryNamesItsLog() throws Exception {
    Ended failed = run("nosummary");

    assertThat(failed.code()).isEqualTo(70);
    assertThat(failed.output())
        .contains("s3://logs-bucket/emr/j-ONE/containers/application_1_0001/");
  }

  @Test
  void anotherApplicationsSummaryIsRefused() throws Exception {
    Ended other = run("another");

    assertThat(other.code()).isEqualTo(70);
    assertThat(other.output()).contains("is of application_1_0009, not of application_1_0001");
  }

  @Test
  void aClusterThatEndsIsCode3() throws Exception {
    Ended ended = run("terminated");

    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.output())
        .contains("Cluster j-ONE ended before run 2026-11-27 did: The Spot nodes");
  }

  @Test
  void throttlingOnlyTakesLonger() throws Exception {
    Ended slow = run("throttling");

    assertThat(slow.code()).as(slow.output()).isZero();
    assertThat(calls().split("create-stack", -1)).as("two refusals and a success").hasSize(4);
  }

  @Test
  void aSecondStartTakesTheClusterAndTheStepThatAreThere() throws Exception {
    Files.writeString(state("stack"), "CREATE_IN_PROGRESS CREATE_COMPLETE");
    Files.writeString(state("step"), "RUNNING COMPLETED");
    Files.writeString(
        state("summary.json"), "{\"exit_code\": 2, \"application_id\": \"application_1_0001\"}");

    Ended second = run("success");

    assertThat(second.code()).as(second.output()).isEqualTo(2);
    assertThat(calls()).doesNotContain("create-stack", "add-steps");
  }

  @Test
  void aRunThatIsDoneNeedsNoCluster() throws Exception {
    Files.writeString(
        state("summary.json"), "{\"exit_code\": 0, \"application_id\": \"application_1_0007\"}");

    Ended done = run("success");

    assertThat(done.code()).isZero();
    assertThat(done.output()).contains("is done already, by application_1_0007");
    assertThat(calls()).doesNotContain("create-stack");
  }

  @Test
  void aClusterThatWasGivenIsLeft() throws Exception {
    Ended done = await(start("success", "--version", "1.4", "--run-id", RUN, "--cluster", "j-ONE"));

    assertThat(done.code()).as(done.output()).isZero();
    assertThat(calls()).doesNotContain("create-stack", "delete-stack");
  }

  @Test
  void anInterruptedStartLeavesNoCluster() throws Exception {
    Process process = start("endless", "--version", "1.4", "--run-id", RUN);
    while (!Files.exists(state("step")) || !Files.readString(state("step")).equals("RUNNING\n")) {
      assertThat(process.isAlive()).isTrue();
      Thread.onSpinWait();
    }

    process.destroy(); // SIGTERM
    Ended ended = await(process);

    assertThat(ended.code()).isEqualTo(3);
    assertThat(calls()).contains("delete-stack");
    assertThat(ended.output()).contains("start the same line again to complete run 2026-11-27");
  }

  @Test
  void aStackThatCannotBeDeletedIsNamed() throws Exception {
    Process process = start("stuck", "--version", "1.4", "--run-id", RUN);
    int code = process.waitFor();

    assertThat(code).isEqualTo(70);
    assertThat(Files.readString(folder.resolve("output")))
        .contains("aws cloudformation delete-stack --stack-name splatline-run-2026-11-27");
    assertThat(json("message.json").path("outcome").asText())
        .contains("delete stack splatline-run-2026-11-27");
  }

  @Test
  void wrongUsageIsCode64() throws Exception {
    assertThat(await(start("success")).code()).isEqualTo(64);
    assertThat(await(start("success", "--version", "1", "--run-id", "a b")).code()).isEqualTo(64);
    assertThat(await(start("success", "--version", "1", "--release", "emr-6.1.0")).code())
        .isEqualTo(64);
    assertThat(await(start("nobase", "--version", "1")).code()).as("no base stack").isEqualTo(70);
  }

  /** The policy for who runs the script grants what the script calls, and nothing else. */
  @Test
  void eachCallIsGrantedAndNothingElse() throws IOException {
    Matcher calls =
        Pattern.compile("(?:call|aws) (cloudformation|emr|s3|s3api|sns) ([a-z0-9-]+)")
            .matcher(Files.readString(ROOT.resolve("bin/run-nightly.sh")));
    Set<String> called = new TreeSet<>();
    while (calls.find()) {
      called.add(action(calls.group(1), calls.group(2)));
    }
    called.add("iam:PassRole"); // create-stack hands a role over
    called.add("kms:Decrypt"); // S3 asks it in the caller's name
    assertThat(EmrTemplates.actions("NightlyPolicy")).isEqualTo(called);
  }

  private static String action(String service, String operation) {
    return switch (service + " " + operation) {
      case "s3 cp" -> "s3:GetObject";
      case "s3api list-objects-v2" -> "s3:ListBucket";
      case "emr add-steps" -> "elasticmapreduce:AddJobFlowSteps";
      default -> {
        StringBuilder name = new StringBuilder();
        for (String word : operation.split("-", -1)) {
          name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        yield (service.equals("emr") ? "elasticmapreduce" : service) + ":" + name;
      }
    };
  }
}
