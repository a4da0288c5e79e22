package org.splatline.pipeline.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.gpu.cli.Doctor;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.Configuration;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code splatline doctor}: checks what the trainer and the pipeline need. */
@Command(
    name = "doctor",
    description = "Check Java, COLMAP, GPUs, disk, store, tables and Spark.",
    footer = {
      "",
      "Exit codes: 0 nothing is missing, 1 something is missing, 64 wrong usage, 70 internal error."
    })
final class ClusterDoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private PlaceOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.read("progressive");
    List<Doctor.Finding> findings = new ArrayList<>(Doctor.machine(configuration));
    findings.addAll(ClusterDoctor.pipeline(PipelineConfig.of(configuration)));
    findings.forEach(spec.commandLine().getOut()::println);
    boolean complete = findings.stream().noneMatch(f -> f.grade() == Doctor.Grade.FAULT);
    return complete ? 0 : TrainerMain.FAULTS_FOUND;
  }
}
