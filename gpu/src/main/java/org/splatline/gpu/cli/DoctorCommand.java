package org.splatline.gpu.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.cuda.CudaDevice;
import org.splatline.gpu.cuda.KernelBuild;
import org.splatline.gpu.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code splatline doctor}: what this machine lacks; exits with 1 where that is a fault. */
@Command(
    name = "doctor",
    description =
        "Look at Java, COLMAP, the GPU and its driver; exit 1 where something is missing.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.read("vanilla");
    TrainConfig config = configuration.trainConfig();
    List<Doctor.Finding> findings = new ArrayList<>();
    findings.add(Doctor.java(Runtime.version()));
    findings.add(
        Doctor.colmap(new ColmapBinary(configuration.sectionJson("sfm").path("colmap").asText())));
    findings.addAll(
        Doctor.cuda(
            config.train().backend(),
            KernelBuild.read(),
            () -> CudaDevice.find(config.gpu().device())));
    Doctor.lpips(config.quality()).ifPresent(findings::add);
    findings.forEach(spec.commandLine().getOut()::println);
    boolean sound = findings.stream().noneMatch(f -> f.grade() == Doctor.Grade.FAULT);
    return sound ? 0 : TrainerMain.FAULTS_FOUND;
  }
}
