package org.splatline.gpu.verdict;

import org.splatline.gpu.PlainText;

/**
 * A scene cannot be processed because of its input or of a tool. It becomes a row in the tables;
 * Spark does not retry it. The message has the form {@code Cannot <do what>: <why, with values>.
 * <What to do>}. It is one line, and {@link PlainText}: names of files are part of it.
 */
public final class SceneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Verdict verdict;

  public SceneException(Verdict verdict, String message) {
    super(PlainText.line(message));
    this.verdict = verdict;
  }

  public SceneException(Verdict verdict, String message, Throwable cause) {
    super(PlainText.line(message), cause);
    this.verdict = verdict;
  }

  public Verdict verdict() {
    return verdict;
  }
}
