package org.splatline.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.OddFiles;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.TableTemplate;

/** A real batch of names, links and sources that are refused: each is a row, safe to print. */
@Timeout(300)
class OddScenesIT {
  @TempDir Path folder;

  @Test
  void eachFolderIsARow() throws Exception {
    Path input = Files.createDirectories(folder.resolve("in"));
    for (String name : List.of("a\u001b[31m", "b\nc", "d\\e", "f:g", "h\u009b", "i\u202ej")) {
      Files.createDirectory(input.resolve(name));
    }
    OddFiles.foldersNotUtf8(input, "377", "376");
    OddFiles.pipe(input.resolve("pipe.zip"));
    Files.createSymbolicLink(input.resolve("link"), folder);
    assertAllAreRefused(run(input), 10);
  }

  @Test
  void eachSourceIsARow() throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("batch.jsonl"),
            """
            {"id": "a", "source": "http://127.0.0.1:1/x.zip"}
            {"id": "b", "source": "/etc"}
            {"id": "c", "source": "x\\u202e"}
            """);
    assertAllAreRefused(run(manifest), 3);
  }

  private void assertAllAreRefused(RunSummary summary, int scenes) throws IOException {
    assertThat(summary.exitCode()).isEqualTo(RunSummary.SOME_NOT_DONE);
    assertThat(summary.scenes())
        .hasSize(scenes)
        .allSatisfy(
            row -> {
              assertThat(row.verdict()).as(row.verdictDetail()).isEqualTo(Verdict.HOSTILE_INPUT);
              assertThat(row.verdictDetail()).startsWith("Cannot ingest scene " + row.sceneId());
              assertThat(row.stage()).isEqualTo("ingest");
            });
    List<Row> rows =
        SharedSpark.session()
            .read()
            .format("delta")
            .load(folder.resolve("store/tables/scene_runs").toString())
            .selectExpr("concat_ws(' ', scene_id, source_uri, verdict_detail)")
            .collectAsList();
    assertThat(rows).hasSize(scenes).noneMatch(row -> PlainText.isOdd(row.getString(0)));
    try (Stream<Path> files = Files.walk(folder.resolve("store/runs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, UTF_8);
        assertThat(PlainText.lines(text)).as(file.toString()).isEqualTo(text);
      }
    }
  }

  private RunSummary run(Path input) {
    TableTemplate.emptyBelow(folder.resolve("store"));
    List<String> settings = new ArrayList<>();
    settings.add("input.path=" + input);
    settings.add("store.path=" + folder.resolve("store"));
    settings.add("sfm.colmap=" + folder.resolve("no-colmap")); // no scene gets this far
    settings.add("spark.stop-after-alike=0");
    PipelineConfig config =
        PipelineConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla").settings(settings).read());
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    RunSummary summary =
        new RunBatch(SharedSpark.session(), "odd", config, new PrintStream(said, true, UTF_8))
            .run();
    String text = said.toString(UTF_8);
    assertThat(PlainText.lines(text)).isEqualTo(text);
    return summary;
  }
}
