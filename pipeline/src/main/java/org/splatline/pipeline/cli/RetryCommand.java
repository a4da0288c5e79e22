package org.splatline.pipeline.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.RunBatch;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline retry}: gives scenes that have a final answer, and a bad one, another try. */
@Command(
    name = "retry",
    description = "Set final answers that are not OK aside, then complete the run.",
    footer = {"", "Without --verdict and --scene: all scenes that are not OK."})
final class RetryCommand implements Callable<Integer> {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(
      names = "--verdict",
      paramLabel = "NAME",
      split = ",",
      description = "only scenes with these verdicts")
  private List<String> verdicts = new ArrayList<>();

  @Option(names = "--scene", paramLabel = "NAME", split = ",", description = "only these scenes")
  private List<String> scenes = new ArrayList<>();

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() {
    List<Verdict> wanted = verdicts.stream().map(RetryCommand::verdict).toList();
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    RunFolder run = RunView.find(Store.open(config.storePlace(), hadoop), runId);
    Map<String, SceneRunRow> answers = answers(run);
    scenes.forEach(scene -> check(scene, run, answers));
    RunBatch.check(runId, config, hadoop);
    for (SceneRunRow answer : answers.values()) {
      boolean chosen =
          (wanted.isEmpty() ? !answer.verdict().isDone() : wanted.contains(answer.verdict()))
              && (scenes.isEmpty() || scenes.contains(answer.sceneId()));
      if (chosen) {
        run.reopen(answer.sceneId(), answer.attempt());
      }
    }
    return BatchRun.run(runId, config);
  }

  private static Verdict verdict(String name) {
    List<String> names = Arrays.stream(Verdict.values()).map(Verdict::name).toList();
    if (!names.contains(name) || name.equals(Verdict.OK.name())) {
      throw new ConfigException(
          "Invalid --verdict: %s. Nearest: %s"
              .formatted(name, EditDistance.nearest(name, names.subList(1, names.size()))));
    }
    return Verdict.valueOf(name);
  }

  private static Map<String, SceneRunRow> answers(RunFolder run) {
    Map<String, SceneRunRow> answers = new TreeMap<>();
    for (String scene : run.scenes()) {
      run.result(scene)
          .map(json -> Json.read(json, Group.class).sceneRuns().get(0))
          .ifPresent(row -> answers.put(scene, row));
    }
    return answers;
  }

  private void check(String scene, RunFolder run, Map<String, SceneRunRow> answers) {
    List<String> known = run.scenes();
    if (!known.contains(scene)) {
      throw new ConfigException(
          "Cannot find scene %s in run %s%s"
              .formatted(
                  scene,
                  runId,
                  known.isEmpty() ? "" : ": nearest: " + EditDistance.nearest(scene, known)));
    }
    SceneRunRow answer = answers.get(scene);
    if (answer != null && answer.verdict().isDone() && verdicts.isEmpty()) {
      throw new ConfigException(
          "Cannot retry scene %s of run %s: it is %s. Take another --run-id to make it anew"
              .formatted(scene, runId, answer.verdict()));
    }
  }
}
