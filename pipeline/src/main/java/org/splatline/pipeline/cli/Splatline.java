package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.splatline.gpu.cli.TrainerMain;
import picocli.CommandLine;

/** All commands: the trainer's and the pipeline's. */
public final class Splatline {
  private static final String LOG_FILE = "splatline.log";

  private Splatline() {}

  /** The command line with all commands. */
  static CommandLine commandLine() {
    CommandLine commands = TrainerMain.commandLine();
    commands.getCommandSpec().removeSubcommand("doctor"); // ours looks at more
    return commands
        .addSubcommand(new ClusterDoctorCommand())
        .addSubcommand(new RunCommand())
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
        .addSubcommand(new DemoCommand())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Now as {@code 20260301-100000}, UTC. */
  static String timeStamp() {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
        .format(Instant.now().atZone(ZoneOffset.UTC));
  }

  /** Where this JVM logs to. */
  static String logFile() {
    return System.getProperty(LOG_FILE, "");
  }

  /** Names the log's file before anything logs, unless the start script did. */
  private static void nameLog() {
    if (System.getProperty(LOG_FILE) != null) {
      return;
    }
    String name = "splatline-" + timeStamp() + "-" + ProcessHandle.current().pid() + ".log";
    Path folder = Path.of("work", "logs").toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException notWritable) {
      folder = Path.of(System.getProperty("java.io.tmpdir"));
    }
    System.setProperty(LOG_FILE, folder.resolve(name).toString());
  }

  /** Entry point. On a cluster's own driver the code stands in SUMMARY.json, and main returns. */
  public static void main(String[] arguments) {
    nameLog();
    int code = TrainerMain.run(commandLine(), arguments);
    if (!"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(code);
    }
  }
}
