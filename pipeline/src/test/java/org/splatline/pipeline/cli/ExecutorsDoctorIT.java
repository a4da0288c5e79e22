package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.cli.Doctor.Grade;
import org.splatline.pipeline.spark.SharedSpark;

/** {@code doctor --cluster} where the executors are in the driver's JVM. */
class ExecutorsDoctorIT {
  @TempDir Path folder;

  private CommandResult doctor(String... settings) {
    SharedSpark.session();
    List<String> arguments = new ArrayList<>(List.of("doctor", "--cluster", "--wait", "2m"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return CommandResult.of(arguments);
  }

  @Test
  void eachKindOfExecutorIsAskedForWhatItNeeds() {
    CommandResult result =
        doctor(
            "store.path=" + folder.resolve("store"), "train.backend=cpu", "sfm.colmap=/no/colmap");

    assertThat(result.err()).contains("doctor: an executor of kind default", "kind sfm", "train");
    assertThat(result.out())
        .containsPattern("driver +profiles +ok +All stages run in this JVM")
        .containsPattern("default, driver +threads +ok +1 for a task, \\d+ of the machine")
        .containsPattern("default, driver +memory +ok +[0-9.]+ [GM]iB of Java heap")
        .containsPattern("default, driver +store.path +ok +\\S+ can be written to, also conditi")
        .containsPattern("default, driver +tables.path +ok ")
        .containsPattern(
            "default, driver +clock +ok +[+-]0\\.\\d\\d s from the driver's, to within")
        .containsPattern("sfm, driver +COLMAP +fault +.*/no/colmap")
        .containsPattern("sfm, driver +disk ")
        .containsPattern("train, driver +GPU +note +not checked, because train.backend is cpu")
        .containsPattern("train, driver +lease +note +not needed: Spark gave the task no GPU");
    assertThat(result.code()).as("there is no such COLMAP").isEqualTo(1);
  }

  @Test
  void aClockThatIsWrongIsAFaultAndASlowAnswerIsNot() {
    assertThat(ExecutorsDoctor.clock(1_000, 11_100, 1_200).grade()).isEqualTo(Grade.FAULT);
    assertThat(ExecutorsDoctor.clock(1_000, 11_100, 1_200).text())
        .isEqualTo(
            "+10.00 s from the driver's, to within 0.10 s. Set the machines' clocks by NTP (chrony)");
    assertThat(ExecutorsDoctor.clock(10_000, 3_000, 10_100).grade()).isEqualTo(Grade.FAULT);
    assertThat(ExecutorsDoctor.clock(0, 19_000, 20_000).grade())
        .as("it may have been asked late")
        .isEqualTo(Grade.OK);
  }
}
