package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.splatline.gpu.cli.TrainerMain;
import picocli.CommandLine;

/** The exit code and the output of a command that ran in this JVM. */
record CommandResult(int code, String out, String err) {

  static CommandResult of(List<String> arguments) {
    return of(arguments.toArray(String[]::new));
  }

  static CommandResult of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = Splatline.commandLine();
    commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return new CommandResult(TrainerMain.run(commands, arguments), out.toString(), err.toString());
  }

  /** Asserts that the command failed with one line that has these parts. */
  void assertFailed(int expectedCode, String... parts) {
    assertThat(err).contains(parts);
    assertThat(code).isEqualTo(expectedCode);
    assertThat(err.lines()).hasSize(1);
  }

  /** Asserts that the command refused its arguments with one line that has these parts. */
  void assertRefused(String... parts) {
    assertFailed(TrainerMain.USAGE, parts);
  }

  /** Asserts that the command did its work; returns this. */
  CommandResult assertDone() {
    assertThat(code).as(err).isZero();
    return this;
  }
}
