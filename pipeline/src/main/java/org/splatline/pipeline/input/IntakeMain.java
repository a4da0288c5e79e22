package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that reads one scene's files. {@link IntakeProcess} starts it. */
final class IntakeMain {
  static final String TASK = "task";

  /** An empty file: this program ran. */
  static final String STARTED = "started";

  static final String OUTCOME = "outcome.json";

  /** What {@link IntakeClasses} made; Java has it open when this program starts. */
  static final String CLASSES = "classes.jsa";

  private IntakeMain() {}

  /**
   * Reads the task and writes the outcome.
   *
   * @param arguments the process' folder
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createFile(folder.resolve(STARTED));
    Files.deleteIfExists(folder.resolve(CLASSES));
    IntakeTask task = IntakeTask.read(folder.resolve(TASK));
    IntakeOutcome outcome = task.run(folder);
    IntakeCost cost = IntakeCost.ofThisProcess(folder).orElse(null);
    IntakeTask.write(outcome.withCost(cost), folder.resolve(OUTCOME));
  }
}
