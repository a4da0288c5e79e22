package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import picocli.CommandLine;

class TrainerMainTest {

  @Test
  void aMissingGpuIsOneSentenceAndNoFaultOfOurs() {
    try {
      CudaDevice.find(0);
      Assumptions.abort("there is a GPU");
    } catch (CudaUnavailableException e) {
      CommandLine commands = TrainerMain.commandLine();
      StringWriter said = new StringWriter();
      commands.setErr(new PrintWriter(said));
      assertThat(TrainerMain.run(commands, "bench")).isEqualTo(TrainerMain.INTERNAL);
      assertThat(said.toString().strip()).isEqualTo(e.getMessage());
    }
  }

  @Test
  void anUnknownGpuOrdinalIsAUsageError() {
    CommandLine commands = TrainerMain.commandLine();
    StringWriter said = new StringWriter();
    commands.setErr(new PrintWriter(said));
    assertThat(TrainerMain.run(commands, "bench", "--set", "gpu.device=-1"))
        .isEqualTo(TrainerMain.USAGE);
    assertThat(said.toString()).contains("Invalid gpu.device: -1 is negative");
  }
}
