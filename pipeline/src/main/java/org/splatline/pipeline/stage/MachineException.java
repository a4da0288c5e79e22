package org.splatline.pipeline.stage;

/**
 * A try of a task that failed because of its machine. Spark tries it again; when Spark has given
 * up, the outcome of the last try is the scene's.
 */
final class MachineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final TaskOutcome<?> outcome;

  MachineException(TaskOutcome<?> outcome) {
    super(outcome.detail());
    this.outcome = outcome;
  }

  /** The outcome that a job's failure carries; null: it carries none. */
  static TaskOutcome<?> outcome(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MachineException byMachine) {
        return byMachine.outcome;
      }
    }
    return null;
  }
}
