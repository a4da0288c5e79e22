package org.splatline.pipeline.cli;

/** One line about a failure. */
final class Sentences {
  private Sentences() {}

  /** The first line of the message, without its full stop; the class's name where there is none. */
  static String of(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage().strip();
    return message.isEmpty()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").replaceAll("\\.$", "");
  }
}
