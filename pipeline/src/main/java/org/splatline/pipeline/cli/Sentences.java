package org.splatline.pipeline.cli;

/** Describes a failure in one line. */
final class Sentences {
  private Sentences() {}

  /** The first line of the message without its full stop; without a message, the class's name. */
  static String of(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage().strip();
    return message.isEmpty()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").replaceAll("\\.$", "");
  }
}
