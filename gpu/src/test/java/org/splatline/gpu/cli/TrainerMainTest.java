package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class TrainerMainTest {
  private record Answer(int code, String err) {}

  private static Answer ask(String... arguments) {
    CommandLine commands = TrainerMain.commandLine();
    StringWriter err = new StringWriter();
    commands.setErr(new PrintWriter(err));
    int code = TrainerMain.run(commands, arguments);
    return new Answer(code, err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian | Unknown command 'trian'. Did you mean 'train'? Usage: splatline --help",
        "train --scene x --out y --stepz 5 | Unknown option '--stepz'. Did you mean '--steps'?"
            + " Usage: splatline train --help",
        "eval --modle=x --scene y --model z | Unknown option '--modle'. Did you mean '--model'?"
            + " Usage: splatline eval --help",
        "bench fast | Unexpected argument 'fast'. Usage: splatline bench --help",
        "train --scene x | Missing required option: '--out=DIR'. Usage: splatline train --help",
        "bench --size big | Invalid value for option '--size': big is not a size. Write"
            + " WIDTHxHEIGHT, for example 480x360. Usage: splatline bench --help",
        "'' | Missing required subcommand. Usage: splatline --help"
      })
  void wrongUsageIsOneLine(String line, String sentence) {
    Answer answer = ask(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(answer.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err().strip()).isEqualTo(sentence);
  }

  @Test
  void helpExplainsEveryOption() {
    TrainerMain.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              assertThat(spec.usageMessage().description()).as(name).isNotEmpty();
              assertThat(spec.options())
                  .allSatisfy(
                      option ->
                          assertThat(option.description())
                              .as("%s %s", name, option.longestName())
                              .isNotEmpty())
                  .anyMatch(option -> option.longestName().equals(TrainerMain.VERBOSE));
            });
  }

  @Test
  void aMissingGpuIsOneSentenceAndNoErrorOfSplatline() {
    try {
      CudaDevice.find(0);
      Assumptions.abort("there is a GPU");
    } catch (CudaUnavailableException e) {
      Answer answer = ask("bench");
      assertThat(answer.code()).isEqualTo(TrainerMain.INTERNAL);
      assertThat(answer.err().strip()).isEqualTo(e.getMessage());
    }
  }

  @Test
  void anUnknownGpuOrdinalIsAUsageError() {
    Answer answer = ask("bench", "--set", "gpu.device=-1");
    assertThat(answer.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err()).contains("Invalid gpu.device: -1 is negative");
  }
}
