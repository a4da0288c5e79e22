package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.Tables;
import org.splatline.pipeline.table.TwoNights;

/** The commands that read the tables. */
class TablesCommandsIT {
  private static Path folder;
  private static String tables;

  @BeforeAll
  static void write() {
    folder = TwoNights.restore();
    tables = folder.resolve("tables").toUri().toString();
  }

  private static CommandResult ask(String command, String... more) {
    return askAt(tables, command, more);
  }

  private static CommandResult askAt(String tables, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--tables", tables));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  private static CommandResult sql(String query, String... more) {
    List<String> arguments = new ArrayList<>(List.of(query));
    arguments.addAll(List.of(more));
    return ask("sql", arguments.toArray(String[]::new));
  }

  @Test
  void whatGotWorseIsFound() throws IOException {
    CommandResult text = ask("compare", "monday", "tuesday");
    assertThat(text.code()).as(text.err()).isEqualTo(2);
    assertThat(text.out())
        .containsPattern("blurry +worse +psnr +OK +fair +30.00 > 29.00")
        .containsPattern("fat +worse +bytes .* 4.0 > 8.0")
        .containsPattern("broken +worse +verdict +OK > UNREADABLE_IMAGES +fair > -")
        .doesNotContain("same ")
        .endsWith("tuesday against monday: 3 worse, 0 better, 1 equal\n");

    CommandResult json = ask("compare", "--json", "monday", "tuesday");
    JsonNode comparison = new ObjectMapper().readTree(json.out());
    assertThat(json.code()).isEqualTo(2);
    assertThat(comparison.at("/scenes/0/changes/0/measure").asText()).isEqualTo("PSNR");
    assertThat(comparison.at("/worse").asInt()).isEqualTo(3);
  }

  @Test
  void theOtherWayRoundItGotBetter() {
    CommandResult answer = ask("compare", "tuesday", "monday");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("monday against tuesday: 0 worse, 3 better, 1 equal");
  }

  @Test
  void thresholdsDecide() {
    CommandResult answer = ask("compare", "--psnr", "2", "--bytes", "3", "monday", "tuesday");
    assertThat(answer.out()).contains(": 1 worse");
    ask("compare", "--bytes", "1", "monday", "tuesday")
        .assertFailed(64, "Invalid --bytes: factor 1.0");
  }

  @Test
  void anUnknownRunNamesTheNearest() {
    ask("compare", "monday", "tuseday")
        .assertFailed(64, "Cannot find run tuseday", "Nearest: tuesday");
    ask("report", "--run-id", "mnday").assertFailed(64, "Nearest: monday");
    sql("select 1", "--before", "mnday")
        .assertFailed(64, "Cannot find run mnday", "Nearest: monday");
  }

  @Test
  void aRunInFigures() throws IOException {
    CommandResult text = ask("report", "--run-id", "tuesday");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .containsPattern("blurry +OK +fair +29.00")
        .contains("broken: Cannot ingest scene broken")
        .contains("blurry is fair: 23 photographs: take 20 more\n")
        .contains("PSNR, dB: 29.00 to 30.10, median 30.00, mean 29.70, of 3 scenes")
        .contains("cost: 5.25 USD, without 1 scenes")
        .contains("GPUs busy 66 % of the time held");
    JsonNode report =
        new ObjectMapper().readTree(ask("report", "--run-id", "tuesday", "--json").out());
    assertThat(report.at("/verdicts/OK").asInt()).isEqualTo(3);
    assertThat(report.at("/answers/1/who_fixes").asText()).isEqualTo("PHOTOGRAPHER");
  }

  @Test
  void aRunAsPages(@TempDir Path out) throws IOException {
    assumeTrue(
        TablesCommandsIT.class.getResource("/org/splatline/site/run.html") != null,
        "this build has no pages: npm is missing");
    for (String scene : List.of("blurry", "fat", "same")) {
      Path results = Files.createDirectories(folder.resolve("store/results").resolve(scene));
      Files.writeString(results.resolve("metrics.json"), "{\"run_id\":\"tuesday\",\"attempt\":2}");
    }
    String store = "store.path=" + folder.resolve("store");
    CommandResult answer =
        ask("report", "--run-id", "tuesday", "--out", out.toString(), "--set", store);
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.out()).isEqualTo("file:%s/index.html%n".formatted(out));
    JsonNode run = new ObjectMapper().readTree(out.resolve("run.json").toFile());
    assertThat(run.at("/comparison/before").asText()).isEqualTo("monday");
    assertThat(run.at("/comparison/worse").asInt()).isEqualTo(3);
    assertThat(run.at("/scenes")).hasSize(4);
    assertThat(out.resolve("scenes/blurry/index.html")).isNotEmptyFile();

    ask("report", "--run-id", "monday", "--single-file", "same").assertFailed(64, "needs --out");
    ask(
            "report",
            "--run-id",
            "tuesday",
            "--single-file",
            "sane",
            "--out",
            out.toString(),
            "--set",
            store)
        .assertFailed(64, "Cannot find scene sane in run tuesday", "Nearest: same");
  }

  @Test
  void theNewestAnswerOfEachScene() {
    CommandResult answer =
        sql(
            "select scene_id, run_id, previous_run_id, round(psnr_change, 2) as db, bytes_ratio from metrics_latest order by 1",
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
    String scenes =
        "select count(*) as n, max(last_run_id) as run, max(runs) as runs, sum(bytes) as bytes from scenes";
    assertThat(sql(scenes, "--before", "tuesday", "--format", "csv").out())
        .as("computed from the rows of monday")
        .isEqualTo("n,run,runs,bytes\r\n4,monday,1,24000000000\r\n");
    String images = "select count(*) as n, count(distinct run_id) as runs from images";
    assertThat(sql(images, "--before", "tuesday", "--format", "csv").out())
        .isEqualTo("n,runs\r\n8,1\r\n");
  }

  @Test
  void filesAnswerInEachFormat(@TempDir Path out) throws IOException {
    Path verdicts = out.resolve("verdicts.sql");
    Files.writeString(
        verdicts,
        "-- Verdicts of a run.\nselect verdict, count(*) as n from scene_runs where run_id = :run group by verdict order by 1");
    Path one =
        Files.writeString(out.resolve("one.sql"), "select 1 as one, cast(null as int) as nothing");
    for (String format : List.of("csv", "json", "parquet")) {
      CommandResult answer =
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
    sql("select pnsr from scene_runs")
        .assertFailed(64, "Cannot answer the query: ", "pnsr", "psnr");
    sql("select 1 from scens").assertFailed(64, "scens", "Tables and views: ", "metrics_latest");
    ask("sql", "--file", "nowhere.sql").assertFailed(64, "nowhere.sql: there is no such file");
    ask("sql", "--format", "parquet", "select 1").assertFailed(64, "Missing --out");
    assertThat(ask("sql", "--format", "xml", "select 1").code()).isEqualTo(64);
    Path wrong = Files.writeString(out.resolve("wrong.sql"), "select nothing_such from runs");
    ask("sql", "--file", wrong.toString()).assertFailed(64, "Cannot answer wrong: ");
    askAt(out.toString(), "report", "--run-id", "x").assertFailed(64, "Cannot find table runs in ");
    askAt(out.resolve("no").toString(), "sql", "select 1")
        .assertFailed(64, "Cannot find tables in ");
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(from)) {
      paths = tree.toList(); // a folder is before its files
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path)));
    }
  }

  @Test
  void damageIsNamed(@TempDir Path copy) throws IOException {
    copy(folder.resolve("tables/runs"), copy.resolve("runs"));
    Path log = TwoNights.checkpoint(copy, Tables.RUNS);
    String query = "select count(*) as n from runs";

    Files.writeString(log.resolve("_last_checkpoint"), "{");
    assertThat(askAt(copy.toString(), "sql", query).out()).isEqualTo("n\n2\n");

    Path checkpoint;
    try (var files = Files.list(log)) {
      checkpoint = files.filter(file -> file.toString().endsWith(".parquet")).findAny().get();
    }
    Files.writeString(checkpoint, "no checkpoint at all");
    Files.deleteIfExists(log.resolve("." + checkpoint.getFileName() + ".crc"));
    DeltaLog.clearCache(); // as in a new process
    askAt(copy.toString(), "sql", query)
        .assertFailed(
            70,
            "Cannot read table runs: its checkpoint ",
            checkpoint.getFileName() + " is damaged. Delete that file if ");

    Files.delete(checkpoint);
    assertThat(askAt(copy.toString(), "sql", query).out())
        .as("after following the advice")
        .isEqualTo("n\n2\n");
  }

  @Test
  void theSchemaIsPrinted() {
    assertThat(CommandResult.of("schema", "--format", "sql").assertDone().out())
        .contains("CREATE TABLE delta.`s3a://bucket/tables/scene_runs` (")
        .contains("psnr IS NULL OR psnr BETWEEN 0 AND 100");
  }
}
