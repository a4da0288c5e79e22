package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.OddNames;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.Tables;

/** A run with photographs, store and tables on S3. */
@Tag("both-lanes")
class RunBatchS3IT {
  private static final String SCENE = OddNames.NAME;

  @TempDir Path folder;

  @Test
  void fromS3ToS3() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));
    assumeTrue(Files.isRegularFile(jar), "no S3Proxy: splatline.s3proxy.jar is " + jar);
    SharedSpark.session().stop(); // its S3 settings differ
    try (LocalS3 s3 = LocalS3.start(jar, folder.resolve(SCENE), "run-batch-it")) {
      PipelineConfig config = config(s3);
      Configuration hadoop = SparkSessions.hadoop(config.spark());
      TinyScene.write(folder.resolve("garden"), 0, SCENE);
      Location.open(input(s3), hadoop).at(SCENE).upload(folder.resolve("garden"), "");
      RunBatch.check("monday", config, hadoop);
      SparkSession spark = SparkSessions.open(config.spark(), "s3");
      try {
        PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(new RunBatch(spark, "monday", config, nowhere).run().exitCode()).isZero();
        assertThat(new RunBatch(spark, "monday", config, nowhere).run().exitCode()).isZero();

        Location result = Location.open(store(s3), hadoop).at("runs/monday/scenes").at(SCENE);
        assertThat(result.exists("RESULT.json")).isTrue();
        assertThat(result.exists("attempts/1/model.ply")).isTrue();
        Tables tables = new Tables(spark, Location.open(config.tablesPlace(), hadoop).uri());
        assertThat(tables.rows(Tables.SCENE_RUNS).where("verdict = 'OK'").count()).isOne();
        assertThat(tables.rows(Tables.RUNS).select("config_json").first().getString(0))
            .doesNotContain("secret");
      } finally {
        spark.stop();
      }
    }
  }

  private static String input(LocalS3 s3) {
    return s3.uri("photographs of " + OddNames.NAME);
  }

  /** Most people and tools write {@code s3}. */
  private static String store(LocalS3 s3) {
    return s3.uri("store of " + OddNames.NAME).replaceFirst("s3a", "s3");
  }

  private static PipelineConfig config(LocalS3 s3) {
    List<String> settings = new ArrayList<>();
    settings.add("input.path=" + input(s3));
    settings.add("store.path=" + store(s3));
    settings.add("train.steps=5");
    settings.add("spark.master=local[2]");
    s3.sparkSettings().forEach((key, value) -> settings.add("spark.conf." + key + "=" + value));
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla").settings(settings).read());
  }
}
