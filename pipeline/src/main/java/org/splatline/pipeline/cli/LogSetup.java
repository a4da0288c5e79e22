package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.cli.TrainerMain;

/** Decides where this JVM logs to, before the first logger exists: see log4j2.properties. */
final class LogSetup {
  private static final String FILE = "splatline.log";
  private static final String TERMINAL_LEVEL = "splatline.terminal.log";

  private LogSetup() {}

  /** Names the log file, unless a system property does. Shows log lines with {@code --verbose}. */
  static void prepare(String... arguments) {
    if (System.getProperty(FILE) == null) {
      System.setProperty(FILE, newFile().toString());
    }
    if (List.of(arguments).contains(TrainerMain.VERBOSE)) {
      System.setProperty(TERMINAL_LEVEL, "info");
    }
  }

  private static Path newFile() {
    String name = "splatline-" + RunIds.now() + "-" + ProcessHandle.current().pid() + ".log";
    Path folder = Path.of("work", "logs").toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException notWritable) {
      folder = Path.of(System.getProperty("java.io.tmpdir"));
    }
    return folder.resolve(name);
  }

  /** The log file of this JVM. */
  static String file() {
    return System.getProperty(FILE, "");
  }
}
