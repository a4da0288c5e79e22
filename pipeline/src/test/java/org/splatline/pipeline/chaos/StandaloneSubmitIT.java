package org.splatline.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.run.TinyScene;

/** The documented spark-submit line on a standalone cluster that has none of our classes. */
@Tag("release") // it takes a minute
@Tag("both-lanes")
class StandaloneSubmitIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void oneJarIsEnough() throws Exception {
    Path jars = folder.resolve("spark/jars");
    Submit.linkSpark(jars);
    TinyScene.write(folder.resolve("scenes/garden"), 1);
    Path config =
        Files.writeString(
            folder.resolve("splatline.yaml"),
            """
            spark:
              sfm-executor: {cores: 1, memory: 512MiB, overhead: 0B, max-overhead: 256MiB}
              train-executor: {cores: 1, memory: 512MiB, overhead: 0B}
            train: {backend: cpu, threads: 1, steps: 60}
            densify: {until-step: 0, from-step: 0}
            input: {path: "%s"}
            store: {path: "%s"}
            """
                .formatted(folder.resolve("scenes"), folder.resolve("store")));
    Path events = Files.createDirectories(folder.resolve("events"));
    Path log = folder.resolve("submit.log");
    try (Lab lab = Lab.startWith(jars + "/*", folder.resolve("lab"), "--pretend-gpus", "1")) {
      List<String> line = Submit.with(Submit.documented("spark"), "--master", lab.master());
      int jar = line.indexOf("pipeline/target/splatline.jar");
      line.set(jar, Submit.target().resolve("splatline.jar").toString()); // of either lane
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("spark.executor.memory", "512m");
      settings.put("spark.ui.enabled", "false");
      settings.put("spark.eventLog.enabled", "true");
      settings.put("spark.eventLog.compress", "false");
      settings.put("spark.eventLog.dir", events.toUri().toString());
      ProcessBuilder submit =
          new ProcessBuilder(
                  Submit.command(
                      jars + "/*", settings, Submit.with(line, "--config", config.toString())))
              .directory(Submit.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      submit.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
      Process process = submit.start();
      try {
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
    assertThat(folder.resolve("store/runs/monday/scenes/garden/RESULT.json")).exists();
    Events spark = Events.read(events);
    assertThat(spark.tasks(Stage.TRAIN))
        .singleElement()
        .satisfies(task -> assertThat(spark.executor(task).gpus()).isEqualTo(List.of("0")));
  }
}
