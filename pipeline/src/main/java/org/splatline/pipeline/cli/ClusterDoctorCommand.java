package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.cli.Doctor;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.Configuration;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code splatline doctor}: the trainer's, and what the pipeline needs beside it. */
@Command(
    name = "doctor",
    description =
        "Look at Java, COLMAP, GPUs, disk, store, tables and Spark; exit 1 where something is missing.")
final class ClusterDoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.read("progressive");
    List<Doctor.Finding> findings = new ArrayList<>(Doctor.machine(configuration));
    findings.addAll(ofPipeline(PipelineConfig.of(configuration)));
    findings.forEach(spec.commandLine().getOut()::println);
    boolean sound = findings.stream().noneMatch(f -> f.grade() == Doctor.Grade.FAULT);
    return sound ? 0 : TrainerMain.FAULTS_FOUND;
  }

  private static List<Doctor.Finding> ofPipeline(PipelineConfig config)
      throws InterruptedException {
    List<Doctor.Finding> findings = new ArrayList<>();
    findings.add(ClusterDoctor.gpus(listedGpus(), System.getenv("CUDA_VISIBLE_DEVICES")));
    File work = new File(System.getProperty("java.io.tmpdir"));
    findings.add(ClusterDoctor.disk(work.toString(), work.getUsableSpace()));
    if (config.store().path().isBlank()) {
      findings.add(new Doctor.Finding(Doctor.Grade.NOTE, "store.path", "not given: not looked at"));
    } else {
      var hadoop = SparkSessions.hadoop(config.spark());
      findings.add(ClusterDoctor.place("store.path", config.storePlace(), hadoop));
      findings.add(ClusterDoctor.place("tables.path", config.tablesPlace(), hadoop));
    }
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    findings.add(ClusterDoctor.spark(version, config.spark().master()));
    return findings;
  }

  /** GPUs that nvidia-smi lists; empty where there is no nvidia-smi. */
  private static Optional<Integer> listedGpus() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("nvidia-smi", "-L").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      return Optional.of((int) said.lines().filter(line -> line.startsWith("GPU ")).count());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
