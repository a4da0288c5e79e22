package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.pipeline.table.TableTemplate;
import picocli.CommandLine;

/** What the commands say, and the codes they end with. */
class SplatlineTest {
  @TempDir Path folder;

  private record Answer(int code, String out, String err) {}

  private static Answer ask(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = Splatline.commandLine();
    commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = TrainerMain.run(commands, arguments);
    return new Answer(code, out.toString(), err.toString());
  }

  private Answer run(String... settings) {
    String[] arguments = new String[1 + 2 * settings.length];
    arguments[0] = "run";
    for (int i = 0; i < settings.length; i++) {
      arguments[1 + 2 * i] = "--set";
      arguments[2 + 2 * i] = settings[i];
    }
    return ask(arguments);
  }

  private static void refuses(Answer answer, String... parts) {
    assertThat(answer.code()).isEqualTo(64);
    assertThat(answer.err()).contains(parts);
    assertThat(answer.err().lines()).hasSize(1);
  }

  @Test
  void theTrainersCommandsAreThere() {
    assertThat(ask("--help").out()).contains("train", "eval", "undistort", "run", "sql");
  }

  @Test
  void anUnknownOptionIsUsage() {
    Answer answer = ask("run", "--runid", "x");
    assertThat(answer.code()).isEqualTo(64);
    assertThat(answer.err()).contains("--runid");
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    refuses(run("input.pth=x"), "Unknown key input.pth", "Nearest: input.path");
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    refuses(run("spark.parallel-scenes=0"), "Invalid spark.parallel-scenes: 0");
  }

  @Test
  void aMissingPlaceIsNamed() {
    refuses(run("input.path="), "Missing input.path");
    refuses(run("input.path=" + folder), "Cannot find scenes");
  }

  @Test
  void noSuchFolder() {
    refuses(
        run("input.path=" + folder.resolve("nowhere"), "store.path=" + folder.resolve("store")),
        "Cannot find scenes in file:",
        "nowhere: there is no such folder");
  }

  @Test
  void anEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refuses(run("input.path=" + empty, "store.path=" + folder.resolve("store")), "it is empty");
  }

  @Test
  void photographsWithoutASceneFolder() throws IOException {
    Files.writeString(folder.resolve("a.jpg"), "");
    refuses(
        run("input.path=" + folder, "store.path=" + folder.resolve("store")),
        "it holds 1 files and neither folder nor archive",
        "the folder above");
  }

  @Test
  void aWantedSceneThatIsAbsent() throws IOException {
    Files.createDirectories(folder.resolve("in/garden"));
    refuses(
        run(
            "input.path=" + folder.resolve("in"),
            "input.scenes=gardn",
            "store.path=" + folder.resolve("store")),
        "Cannot find scene gardn",
        "holds garden");
  }

  @Test
  void aStoreThatCannotBeWritten() throws IOException {
    Files.createDirectories(folder.resolve("in/garden"));
    Path file = Files.writeString(folder.resolve("file"), "");
    refuses(
        run("input.path=" + folder.resolve("in"), "store.path=" + file.resolve("store")),
        "Cannot write to file:",
        "Give store.path a place");
  }

  @Test
  void aRunIdThatIsNoName() {
    refuses(ask("run", "--run-id", "../x"), "Invalid --run-id: ../x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "cancel"})
  void anUnknownRun(String command) {
    refuses(
        ask(command, "--run-id", "x", "--store", folder.toString()), "Cannot find run x", "no run");
  }

  @Test
  void anUnknownVerdictNamesTheNearest() {
    refuses(ask("retry", "--run-id", "x", "--verdict", "NO_MODLE"), "Nearest: NO_MODEL");
  }

  @Test
  void theDoctorLooksAtTheStore() {
    Answer answer = ask("doctor", "--set", "store.path=" + folder.resolve("store"));
    assertThat(answer.err()).isEmpty();
    assertThat(answer.out())
        .contains("disk", "Spark", "GPUs")
        .containsPattern("ok +store.path .*also conditionally")
        .containsPattern("ok +tables.path ");
    boolean fault = answer.out().lines().anyMatch(line -> line.startsWith("fault"));
    assertThat(answer.code()).isEqualTo(fault ? 1 : 0);
  }

  @Test
  void sqlWithoutTables() {
    refuses(ask("sql", "--tables", folder.toString(), "select 1"), "Cannot find tables in file:");
  }

  @Test
  void sqlAnswersAndExplains() {
    String tables = folder.resolve("tables").toString();
    TableTemplate.emptyBelow(folder);

    Answer count = ask("sql", "--tables", tables, "select count(*) as n, 'a' as word from runs");
    assertThat(count.code()).as(count.err()).isZero();
    assertThat(count.out()).isEqualTo("n  word\n0  a\n");

    refuses(ask("sql", "--tables", tables, "select x from runs"), "Cannot answer the query", "x");
    refuses(ask("sql", "--tables", tables, "select 1 +"), "Cannot answer the query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "drop view runs",
        "delete from runs",
        "with x as (select 1) insert into runs select * from runs",
        "with x as (select 1) insert/**/into runs select * from runs",
        "with x as (select 1) delete from runs",
        "with x as (select 1) update runs set attempt = 2",
        "with x as (select 1) merge into runs using x on true when matched then delete",
        "from runs insert overwrite table runs select *"
      })
  void sqlNeverWrites(String query) {
    refuses(ask("sql", "--tables", folder.toString(), query), "sql only reads");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(select 1 as n)",
        "/* how many */ select 1 as n",
        "with x as (select 1 as n) select * from x",
        "select 'delete from runs; insert into runs' as words",
        "values 1"
      })
  void sqlReadsWhateverTheQueryBeginsWith(String query) {
    String tables = folder.resolve("tables").toString();
    TableTemplate.emptyBelow(folder);
    Answer answer = ask("sql", "--tables", tables, query);
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  @Test
  void sqlWritesCsv() {
    String tables = folder.resolve("tables").toString();
    TableTemplate.emptyBelow(folder);
    Answer answer =
        ask(
            "sql",
            "--tables",
            tables,
            "--format",
            "csv",
            "--param",
            "n=2",
            "select count(*) as n, 'a,b' as word, :n + 1 as m from metrics_latest");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).isEqualTo("n,word,m\r\n0,\"a,b\",3\r\n");
  }
}
