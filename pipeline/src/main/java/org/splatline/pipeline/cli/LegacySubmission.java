package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;

/**
 * Runs a job of the earlier pipeline.
 *
 * @param file the place of the job
 */
record LegacySubmission(String file, PlaceOptions options, PrintWriter out) {

  /** Prints which run it would be; returns the exit code. */
  int dryRun() {
    print(job());
    return 0;
  }

  /** Runs it, or what is missing of it; returns the exit code. */
  int run() {
    LegacyJob job = job();
    print(job);
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    Location store = Location.open(config.storePlace(), SparkSessions.hadoop(config.spark()));
    Location folder = store.at("runs/" + job.runId());
    folder.write("scenes.jsonl", job.manifest().getBytes(UTF_8));
    return BatchRun.run(
        job.runId(),
        PipelineConfig.of(
            options.reader("progressive").flag("input.path", folder.uri("scenes.jsonl")).read()));
  }

  private LegacyJob job() {
    try {
      return LegacyJob.read(ConfiguredFile.text(file), RunIds.now());
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read the job %s: %s. Give --job a JSON file".formatted(file, Sentences.of(e)), e);
    }
  }

  private void print(LegacyJob job) {
    out.printf("run %s, scene %s: %s%n", job.runId(), job.sceneId(), PlainText.line(job.source()));
    if (job.hasEmail()) {
      out.println(
          "email is not used: who wants mail subscribes to the topic notify.sns-topic, or a webhook sends it");
    }
    out.flush();
  }
}
