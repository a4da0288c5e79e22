package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.verdict.SceneException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The commands that need neither Spark nor a cluster. */
@Command(
    name = "splatline",
    mixinStandardHelpOptions = true,
    description = "Turn photographs into 3D Gaussian Splats.",
    subcommands = {
      TrainCommand.class,
      EvalCommand.class,
      ConvertCommand.class,
      BenchCommand.class,
      AblateCommand.class,
      SfmCommand.class,
      MatchCommand.class,
      UndistortCommand.class,
      TurntableCommand.class,
      ServeCommand.class,
      DoctorCommand.class,
      PhotographCommand.class
    })
public final class TrainerMain {
  /** {@code doctor} found faults. */
  public static final int FAULTS_FOUND = 1;

  /** Some scenes were not done. */
  public static final int SCENES_FAILED = 2;

  /** The command line or the configuration can't be used. */
  public static final int USAGE = 64;

  /** An error of Splatline or of the machine. */
  public static final int INTERNAL = 70;

  /** Option of every command. {@link #main} reads it before the first logger exists. */
  public static final String VERBOSE = "--verbose";

  @SuppressWarnings("UnusedVariable") // parsed for --help and for unknown options
  @Option(names = VERBOSE, scope = ScopeType.INHERIT, description = "show log lines")
  private boolean verbose;

  /** A command line with these commands. Others may be added before {@link #run}. */
  public static CommandLine commandLine() {
    return new CommandLine(new TrainerMain());
  }

  /**
   * Runs a command and returns the exit code. A failure prints one sentence on standard error. An
   * unknown command or option is answered with the nearest one.
   */
  public static int run(CommandLine commands, String... arguments) {
    prepare(commands);
    commands.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    commands.setOut(PlainText.printer(commands.getOut()));
    commands.setErr(PlainText.printer(commands.getErr()));
    commands.setParameterExceptionHandler(new UsageErrors());
    commands.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          command.getErr().println(sentence(exception));
          return exitCode(exception);
        });
    return commands.execute(arguments);
  }

  private static void prepare(CommandLine command) {
    command.getCommandSpec().exitCodeOnInvalidInput(USAGE);
    command.getCommandSpec().mixinStandardHelpOptions(true);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setExpandAtFiles(false); // @garden is a name
    command.getSubcommands().values().forEach(TrainerMain::prepare);
  }

  private static int exitCode(Exception exception) {
    if (exception instanceof SceneException) {
      return SCENES_FAILED;
    }
    return exception instanceof ConfigException || exception instanceof IllegalArgumentException
        ? USAGE
        : INTERNAL;
  }

  private static String sentence(Exception exception) {
    if (exception instanceof CudaUnavailableException) {
      return exception.getMessage();
    }
    if (exitCode(exception) == INTERNAL) {
      LoggerFactory.getLogger(TrainerMain.class).error("Unexpected failure", exception);
      boolean explainsItself =
          exception instanceof IOException
              || exception instanceof UncheckedIOException
              || exception instanceof DeviceMemoryException;
      return explainsItself
          ? "Cannot finish: %s".formatted(exception.getMessage())
          : "Cannot finish: %s. This is an error in Splatline; the log shows where it happened"
              .formatted(exception);
    }
    return exception instanceof SceneException scene
        ? "%s [%s]".formatted(scene.getMessage(), scene.verdict())
        : exception.getMessage();
  }

  /** Entry point. */
  public static void main(String[] arguments) {
    if (List.of(arguments).contains(VERBOSE)) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
    }
    System.exit(run(commandLine(), arguments));
  }
}
