package org.splatline.pipeline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.splatline.gpu.cli.Doctor;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.Units;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline doctor}: checks what the trainer and the pipeline need. */
@Command(
    name = "doctor",
    description =
        "Check Java, COLMAP, GPUs, disk, store, tables and Spark, here or on executors of a cluster.",
    footer = {
      "",
      "Exit codes: 0 nothing is missing, 1 something is missing, 64 wrong usage, 70 internal error."
    })
final class ClusterDoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--cluster",
      description =
          "start Spark, and check an executor of each kind: small ones, those of COLMAP, those that train")
  private boolean cluster;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "10m",
      description =
          "with --cluster: how long an executor may take to start and answer (default: ${DEFAULT-VALUE})")
  private String wait;

  @Mixin private PlaceOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.read("progressive");
    return cluster ? ofCluster(configuration) : ofMachine(configuration);
  }

  private int ofMachine(Configuration configuration) throws IOException, InterruptedException {
    List<Doctor.Finding> findings = new ArrayList<>(Doctor.machine(configuration));
    findings.addAll(ClusterDoctor.pipeline(PipelineConfig.of(configuration)));
    findings.forEach(spec.commandLine().getOut()::println);
    return exitCode(findings.stream());
  }

  private int ofCluster(Configuration configuration) throws InterruptedException {
    ExecutorsDoctor doctor =
        new ExecutorsDoctor(PipelineConfig.of(configuration), Units.duration(wait));
    List<ExecutorsDoctor.Line> lines = doctor.run(spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    out.print(ExecutorsDoctor.table(lines));
    out.flush();
    return exitCode(lines.stream().map(ExecutorsDoctor.Line::finding));
  }

  private static int exitCode(Stream<Doctor.Finding> findings) {
    return findings.noneMatch(finding -> finding.grade() == Doctor.Grade.FAULT)
        ? 0
        : TrainerMain.FAULTS_FOUND;
  }
}
