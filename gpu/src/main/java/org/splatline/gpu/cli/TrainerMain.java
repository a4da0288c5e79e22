package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.verdict.SceneException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that need neither Spark nor a cluster. */
@Command(
    name = "splatline",
    mixinStandardHelpOptions = true,
    description = "Photographs to 3D Gaussian splats.",
    subcommands = {
      TrainCommand.class,
      EvalCommand.class,
      BenchCommand.class,
      AblateCommand.class,
      UndistortCommand.class,
      DoctorCommand.class,
      PhotographCommand.class
    })
public final class TrainerMain {
  /** {@code doctor} found faults. */
  public static final int FAULTS_FOUND = 1;

  /** Some scenes were not done. */
  public static final int SCENES_FAILED = 2;

  /** The call or the configuration can't be used. */
  public static final int USAGE = 64;

  /** A fault of ours or of the machine. */
  public static final int INTERNAL = 70;

  private static final Logger LOG = LoggerFactory.getLogger(TrainerMain.class);

  /** A command line with these commands; others may be added before {@link #run}. */
  public static CommandLine commandLine() {
    return new CommandLine(new TrainerMain());
  }

  /** Runs a command; returns the exit code. One sentence a failure, on standard error. */
  public static int run(CommandLine commands, String... arguments) {
    prepare(commands);
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
      LOG.error("Unexpected failure", exception);
      boolean ownWords =
          exception instanceof IOException
              || exception instanceof UncheckedIOException
              || exception instanceof DeviceMemoryException;
      return ownWords
          ? "Cannot finish: %s".formatted(exception.getMessage())
          : "Cannot finish: %s. This is a fault of ours; the trace above tells where"
              .formatted(exception);
    }
    return exception instanceof SceneException scene
        ? "%s [%s]".formatted(scene.getMessage(), scene.verdict())
        : exception.getMessage();
  }

  /** Entry point. */
  public static void main(String[] arguments) {
    System.exit(run(commandLine(), arguments));
  }
}
