package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output of commands and their exit codes. */
class SplatlineTest {
  @TempDir Path folder;

  private static CommandResult run(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return CommandResult.of(arguments);
  }

  @Test
  void theTrainersCommandsAreThere() {
    assertThat(CommandResult.of("--help").out())
        .contains("train", "eval", "undistort", "run", "sql");
  }

  @Test
  void anUnknownOptionNamesTheNearest() {
    CommandResult.of("run", "--runid", "x")
        .assertRefused("Unknown option '--runid'. Did you mean '--run-id'?");
    CommandResult.of("status", "--run-id=x", "--jsn=y")
        .assertRefused("Unknown option '--jsn'. Did you mean '--json'?");
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    CommandResult.of("rnu")
        .assertRefused("Unknown command 'rnu'. Did you mean 'run'? Usage: splatline --help");
    CommandResult.of("stats", "--run-id", "x").assertRefused("Did you mean 'status'?");
  }

  @Test
  void aMissingOrExtraArgumentIsNamed() {
    CommandResult.of().assertRefused("Missing required subcommand");
    CommandResult.of("report")
        .assertRefused("Missing required option: '--run-id=NAME'. Usage: splatline report --help");
    CommandResult.of("report", "--run-id", "x", "y").assertRefused("Unexpected argument 'y'");
  }

  @Test
  void verboseIsAnOptionOfEveryCommand() {
    CommandResult.of("--verbose", "schema", "--format", "sql").assertDone();
    CommandResult.of("schema", "--verbose", "--format", "sql").assertDone();
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    run("input.pth=x").assertRefused("Unknown key input.pth", "Nearest: input.path");
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    run("spark.parallel-scenes=0").assertRefused("Invalid spark.parallel-scenes: 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "file:///notice", "http://", "http://a b"})
  void aNoticeAddressThatIsNotHttpIsNamed(String url) {
    run("spark.notice.url=" + url)
        .assertRefused("Invalid spark.notice.url: " + url + " is not an http or https address");
  }

  @Test
  void aMissingPlaceIsNamed() {
    run("input.path=").assertRefused("Missing input.path");
    run("input.path=" + folder).assertRefused("Cannot find scenes");
  }

  @Test
  void noSuchFolder() {
    run("input.path=" + folder.resolve("nowhere"), "store.path=" + folder.resolve("store"))
        .assertRefused("Cannot find scenes in file:", "nowhere: there is no such folder");
  }

  @Test
  void anEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    run("input.path=" + empty, "store.path=" + folder.resolve("store"))
        .assertRefused("it is empty");
  }

  @Test
  void photographsWithoutASceneFolder() throws IOException {
    Files.writeString(folder.resolve("a.jpg"), "");
    run("input.path=" + folder, "store.path=" + folder.resolve("store"))
        .assertRefused("it holds 1 files, but no folder, archive or video", "the folder above");
  }

  @Test
  void aWantedSceneThatIsAbsent() throws IOException {
    Files.createDirectories(folder.resolve("in/garden"));
    run(
            "input.path=" + folder.resolve("in"),
            "input.scenes=gardn",
            "store.path=" + folder.resolve("store"))
        .assertRefused("Cannot find scene gardn", "holds garden");
  }

  @Test
  void aWantedSceneWithBracketsAndQuotes() throws IOException {
    Files.createDirectories(folder.resolve("in/garden"));
    run(
            "input.path=" + folder.resolve("in"),
            "input.scenes=garden,[d] \"e\": {f #1",
            "store.path=" + folder.resolve("store"))
        .assertRefused("Cannot find scene [d] \"e\": {f #1 of input.scenes");
  }

  @Test
  void anArgumentWithAnAtSignIsAName() throws IOException {
    Path arguments = Files.writeString(folder.resolve("arguments"), "--help");
    CommandResult.of("status", "--run-id", "x", "--store", "@" + arguments)
        .assertRefused("Cannot find run x in file:", "/@" + arguments);
  }

  @Test
  void aStoreThatCannotBeWritten() throws IOException {
    Files.createDirectories(folder.resolve("in/garden"));
    Path file = Files.writeString(folder.resolve("file"), "");
    run("input.path=" + folder.resolve("in"), "store.path=" + file.resolve("store"))
        .assertRefused("Cannot write to file:", "Give store.path a place");
  }

  @Test
  void aRunIdThatIsNoName() {
    CommandResult.of("run", "--run-id", "../x").assertRefused("Invalid --run-id: ../x");
  }

  @Test
  void theDoctorSaysWhatOfAClusterIsOpen() {
    assertThat(CommandResult.of("doctor").out()).doesNotContain("runs open");
    String cluster = "spark.master=spark://127.0.0.1:7077";
    assertThat(CommandResult.of("doctor", "--set", cluster).out())
        .containsPattern("note +cluster +runs open: spark.authenticate, .* are not true here");
    List<String> closed = new ArrayList<>(List.of("doctor", "--set", cluster));
    Stream.of(
            "spark.authenticate",
            "spark.network.crypto.enabled",
            "spark.io.encryption.enabled",
            "spark.acls.enable")
        .forEach(key -> closed.addAll(List.of("--set", "spark.conf." + key + "=true")));
    assertThat(CommandResult.of(closed).out()).doesNotContain("runs open");
  }

  @ParameterizedTest
  @CsvSource({
    "notify.webhook-secret,SPLATLINE_NOTIFY_WEBHOOK_SECRET",
    "notify.webhook,SPLATLINE_NOTIFY_WEBHOOK",
    "spark.conf.spark.hadoop.fs.s3a.secret.key,--config"
  })
  void aSecretIsNotTakenFromTheCommandLine(String key, String instead) {
    CommandResult result = CommandResult.of("doctor", "--set", key + "=hush");
    result.assertRefused("Cannot take %s from --set: ".formatted(key), instead);
    assertThat(result.err() + result.out()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "cancel"})
  void anUnknownRun(String command) {
    CommandResult.of(command, "--run-id", "x", "--store", folder.toString())
        .assertRefused("Cannot find run x", "no run");
  }

  @Test
  void anUnknownVerdictNamesTheNearest() {
    CommandResult.of("retry", "--run-id", "x", "--verdict", "NO_MODLE")
        .assertRefused("Nearest: NO_MODEL");
  }

  @Test
  void theDoctorChecksTheStore() {
    CommandResult result =
        CommandResult.of("doctor", "--set", "store.path=" + folder.resolve("store"));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("disk", "Spark", "GPUs")
        .containsPattern("ok +store.path .*also conditionally")
        .containsPattern("ok +tables.path ");
    boolean fault = result.out().lines().anyMatch(line -> line.startsWith("fault"));
    assertThat(result.code()).isEqualTo(fault ? 1 : 0);
  }

  @Test
  void maintainDeletesArtifactsOnlyWhenAskedTo() throws IOException {
    String store = folder.resolve("store").toString();
    Path old = folder.resolve("store/artifacts/train/abc/cut-off/model.ply");
    Files.createDirectories(old.getParent());
    Files.write(old, new byte[2048]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(40))));
    String[] lines = {"train +1 +2.0 KiB +1 +2.0 KiB", "checkpoints +0 +0 B +0 +0 B"};

    CommandResult look = CommandResult.of("maintain", "--artifacts", "--store", store, "--dry-run");

    assertThat(look.assertDone().out()).containsPattern(lines[0]).containsPattern(lines[1]);
    assertThat(look.out()).containsPattern("all +1 +2.0 KiB +1 +2.0 KiB");
    assertThat(old).exists();
    CommandResult.of("maintain", "--artifacts", "--store", store, "--unused-for", "50d")
        .assertDone();
    assertThat(old).exists();
    CommandResult done = CommandResult.of("maintain", "--artifacts", "--store", store);
    assertThat(done.assertDone().out()).contains("deleted").containsPattern(lines[0]);
    assertThat(folder.resolve("store/artifacts/train/abc")).doesNotExist();

    CommandResult.of("maintain", "--artifacts", "--store", store, "--unused-for", "6d")
        .assertRefused("Invalid --unused-for: 6 days are fewer than 7");
    CommandResult.of("maintain", "--unused-for", "30d").assertRefused("need --artifacts");
    CommandResult.of("maintain", "--artifacts").assertRefused("Missing store.path");
  }
}
