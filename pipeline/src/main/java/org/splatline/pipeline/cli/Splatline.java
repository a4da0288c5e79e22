package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.splatline.gpu.cli.TrainerMain;
import picocli.CommandLine;

/**
 * All commands: those of the trainer and those of the pipeline.
 *
 * <p>A command's class holds its options alone, and mentions no class of Spark or Hadoop. What the
 * command does is in a class of its own, which is loaded when the command runs. So {@code --help}
 * and errors in the arguments are answered at once.
 */
public final class Splatline {
  private Splatline() {}

  /** The command line with all commands. */
  static CommandLine commandLine() {
    CommandLine commands = TrainerMain.commandLine();
    commands.getCommandSpec().removeSubcommand("doctor"); // the pipeline's own checks more
    return commands
        .addSubcommand(new ClusterDoctorCommand())
        .addSubcommand(new PlanCommand())
        .addSubcommand(new RunCommand())
        .addSubcommand(new SubmitLegacyCommand())
        .addSubcommand(new RetryCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new CancelCommand())
        .addSubcommand(new SqlCommand())
        .addSubcommand(new SchemaCommand())
        .addSubcommand(new ReportCommand())
        .addSubcommand(new CompareCommand())
        .addSubcommand(new ReprocessCommand())
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new MaintainCommand())
        .addSubcommand(new RegisterCommand())
        .addSubcommand(new DemoCommand())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /**
   * Entry point. It ends the JVM with the exit code. As a driver in a cluster it returns for 0 to 3
   * and throws for the others, so that the cluster calls the application failed and shows the
   * reason. SUMMARY.json holds the exit code.
   */
  public static void main(String[] arguments) {
    LogSetup.prepare(arguments);
    CommandLine commands = commandLine();
    if (!ClusterDriver.isHere()) {
      System.exit(TrainerMain.run(commands, arguments));
    }
    StringWriter said = new StringWriter();
    int code = TrainerMain.run(commands.setErr(new PrintWriter(said)), arguments);
    System.err.print(said);
    if (code == TrainerMain.USAGE || code == TrainerMain.INTERNAL) {
      throw new IllegalStateException(
          "Splatline ended with exit code %d, %s. %s"
              .formatted(
                  code,
                  code == TrainerMain.USAGE ? "wrong usage" : "an internal error",
                  said.toString().isBlank()
                      ? "The driver's error output says why"
                      : said.toString().strip()));
    }
  }
}
