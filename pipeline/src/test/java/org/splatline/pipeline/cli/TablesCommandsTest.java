package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.TableTemplate;
import org.splatline.pipeline.table.Tables;
import org.splatline.pipeline.table.TwoNights;

/** What commands say of the tables. */
@Tag("one-lane")
class TablesCommandsTest {
  private static Path folder;
  private static String tables;

  private record Answer(int code, String out, String err) {}

  @BeforeAll
  static void write() {
    folder = TwoNights.restore();
    tables = folder.resolve("tables").toUri().toString();
  }

  private static Answer ask(String command, String... more) {
    return askAt(tables, command, more);
  }

  private static Answer askAt(String tables, String command, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    var commands = Splatline.commandLine();
    commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> arguments = new ArrayList<>(List.of(command, "--tables", tables));
    arguments.addAll(List.of(more));
    int code = TrainerMain.run(commands, arguments.toArray(String[]::new));
    return new Answer(code, out.toString(), err.toString());
  }

  private static Answer sql(String query, String... more) {
    List<String> arguments = new ArrayList<>(List.of(query));
    arguments.addAll(List.of(more));
    return ask("sql", arguments.toArray(String[]::new));
  }

  private static void refuses(Answer answer, int code, String... parts) {
    assertThat(answer.err()).contains(parts);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.err().lines()).hasSize(1);
  }

  @Test
  void whatGotWorseIsFound() throws IOException {
    Answer text = ask("compare", "monday", "tuesday");
    assertThat(text.code()).as(text.err()).isEqualTo(2);
    assertThat(text.out())
        .containsPattern("blurry +worse +psnr +OK +30.00 > 29.00")
        .containsPattern("fat +worse +bytes .* 4.0 > 8.0")
        .containsPattern("broken +worse +verdict +OK > UNREADABLE_IMAGES")
        .doesNotContain("same ")
        .endsWith("tuesday against monday: 3 worse, 0 better, 1 equal\n");

    Answer json = ask("compare", "--json", "monday", "tuesday");
    JsonNode comparison = new ObjectMapper().readTree(json.out());
    assertThat(json.code()).isEqualTo(2);
    assertThat(comparison.at("/scenes/0/changes/0/measure").asText()).isEqualTo("PSNR");
    assertThat(comparison.at("/worse").asInt()).isEqualTo(3);
  }

  @Test
  void theOtherWayRoundItGotBetter() {
    Answer answer = ask("compare", "tuesday", "monday");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("monday against tuesday: 0 worse, 3 better, 1 equal");
  }

  @Test
  void thresholdsDecide() {
    Answer answer = ask("compare", "--psnr", "2", "--bytes", "3", "monday", "tuesday");
    assertThat(answer.out()).contains(": 1 worse");
    refuses(ask("compare", "--bytes", "1", "monday", "tuesday"), 64, "Invalid --bytes: factor 1.0");
  }

  @Test
  void anUnknownRunNamesTheNearest() {
    refuses(ask("compare", "monday", "tuseday"), 64, "Cannot find run tuseday", "Nearest: tuesday");
    refuses(ask("report", "--run-id", "mnday"), 64, "Nearest: monday");
    refuses(sql("select 1", "--before", "mnday"), 64, "Cannot find run mnday", "Nearest: monday");
  }

  @Test
  void aRunInFigures() throws IOException {
    Answer text = ask("report", "--run-id", "tuesday");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .containsPattern("blurry +OK +29.00")
        .contains("broken: Cannot ingest scene broken")
        .contains("PSNR, dB: 29.00 to 30.10, median 30.00, mean 29.70, of 3 scenes")
        .contains("cost: 5.25 USD and that of 1 scenes")
        .contains("GPUs busy 66 % of the time held");
    JsonNode report =
        new ObjectMapper().readTree(ask("report", "--run-id", "tuesday", "--json").out());
    assertThat(report.at("/verdicts/OK").asInt()).isEqualTo(3);
    assertThat(report.at("/answers/1/who_fixes").asText()).isEqualTo("PHOTOGRAPHER");
  }

  @Test
  void theNewestAnswerOfEachScene() {
    Answer answer =
        sql(
            "select scene_id, run_id, previous_run_id, round(psnr_change, 2) as db, bytes_ratio"
                + " from metrics_latest order by 1",
            "--format",
            "csv");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out())
        .isEqualTo(
            """
            scene_id,run_id,previous_run_id,db,bytes_ratio\r
            blurry,tuesday,monday,-1.0,1.0\r
            broken,monday,,,\r
            fat,tuesday,monday,0.0,2.0\r
            same,tuesday,monday,0.1,1.00025\r
            """);
  }

  @Test
  void theTablesBeforeARun() {
    String query = "select count(*) as n from metrics_latest";
    assertThat(sql(query, "--before", "tuesday", "--format", "csv").out()).isEqualTo("n\r\n4\r\n");
    assertThat(sql(query, "--before", "monday", "--format", "csv").out()).isEqualTo("n\r\n0\r\n");
  }

  @Test
  void filesAnswerInEachFormat(@TempDir Path out) throws IOException {
    Path verdicts = out.resolve("verdicts.sql");
    Files.writeString(
        verdicts,
        "-- Verdicts of a run.\n"
            + "select verdict, count(*) as n from scene_runs where run_id = :run group by verdict"
            + " order by 1");
    Path one =
        Files.writeString(out.resolve("one.sql"), "select 1 as one, cast(null as int) as nothing");
    for (String format : List.of("csv", "json", "parquet")) {
      Answer answer =
          ask(
              "sql",
              "--file",
              verdicts.toString(),
              "--file",
              one.toString(),
              "--param",
              "run=tuesday",
              "--format",
              format,
              "--out",
              out.toString());
      assertThat(answer.code()).as(answer.err()).isZero();
    }
    assertThat(out.resolve("verdicts.csv")).hasContent("verdict,n\r\nOK,3\r\nUNREADABLE_IMAGES,1");
    assertThat(out.resolve("one.json")).hasContent("{\"one\":1,\"nothing\":null}");
    assertThat(
            SharedSpark.session()
                .read()
                .parquet(out.resolve("verdicts.parquet").toString())
                .count())
        .isEqualTo(2);
    assertThat(out.resolve("verdicts.parquet")).isRegularFile();
  }

  @Test
  void whatCannotBeAskedIsSaid(@TempDir Path out) throws IOException {
    refuses(sql("select pnsr from scene_runs"), 64, "Cannot answer the query: ", "pnsr", "psnr");
    refuses(sql("select 1 from scens"), 64, "scens", "Tables and views: ", "metrics_latest");
    refuses(ask("sql", "--file", "nowhere.sql"), 64, "nowhere.sql: there is no such file");
    refuses(ask("sql", "--format", "parquet", "select 1"), 64, "Missing --out");
    assertThat(ask("sql", "--format", "xml", "select 1").code()).isEqualTo(64);
    Path wrong = Files.writeString(out.resolve("wrong.sql"), "select nothing_such from runs");
    refuses(ask("sql", "--file", wrong.toString()), 64, "Cannot answer wrong: ");
    refuses(askAt(out.toString(), "report", "--run-id", "x"), 64, "Cannot find table runs in ");
    refuses(askAt(out.resolve("no").toString(), "sql", "select 1"), 64, "Cannot find tables in ");
  }

  @Test
  void damageIsNamed(@TempDir Path copy) throws IOException {
    FileUtils.copyDirectory(
        folder.resolve("tables").resolve("runs").toFile(), copy.resolve("runs").toFile());
    Path log = TwoNights.checkpoint(copy, Tables.RUNS);
    String query = "select count(*) as n from runs";

    Files.writeString(log.resolve("_last_checkpoint"), "{");
    TableTemplate.forgetTables();
    assertThat(askAt(copy.toString(), "sql", query).out()).isEqualTo("n\n2\n");

    Path checkpoint;
    try (var files = Files.list(log)) {
      checkpoint = files.filter(file -> file.toString().endsWith(".parquet")).findAny().get();
    }
    Files.writeString(checkpoint, "no checkpoint at all");
    Files.deleteIfExists(log.resolve("." + checkpoint.getFileName() + ".crc"));
    TableTemplate.forgetTables();
    refuses(
        askAt(copy.toString(), "sql", query),
        70,
        "Cannot read table runs: its checkpoint ",
        checkpoint.getFileName() + " is damaged. Delete that file if ");

    Files.delete(checkpoint);
    TableTemplate.forgetTables();
    assertThat(askAt(copy.toString(), "sql", query).out()).as("as told").isEqualTo("n\n2\n");
  }

  @Test
  void theSchemaIsPrinted() {
    StringWriter out = new StringWriter();
    var commands = Splatline.commandLine();
    commands.setOut(new PrintWriter(out, true));
    assertThat(TrainerMain.run(commands, new String[] {"schema", "--format", "sql"})).isZero();
    assertThat(out.toString())
        .contains("CREATE TABLE delta.`s3a://bucket/tables/scene_runs` (")
        .contains("psnr IS NULL OR psnr BETWEEN 0 AND 100");
  }
}
