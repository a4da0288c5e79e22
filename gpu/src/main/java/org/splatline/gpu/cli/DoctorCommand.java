package org.splatline.gpu.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code splatline doctor}: checks this machine; exits with 1 if something is missing. */
@Command(
    name = "doctor",
    description =
        "Check Java, COLMAP, the GPU and its driver. Exits with 1 if something is missing.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Doctor.Finding> findings = Doctor.machine(options.read("vanilla"));
    findings.forEach(spec.commandLine().getOut()::println);
    boolean sound = findings.stream().noneMatch(f -> f.grade() == Doctor.Grade.FAULT);
    return sound ? 0 : TrainerMain.FAULTS_FOUND;
  }
}
