package org.splatline.gpu.verdict;

/**
 * This input can't be done: the scene's own fault or its tool's, never retried by Spark, a row in
 * the tables. The message reads «Cannot do what: why, with the values. What to do».
 */
public final class SceneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Verdict verdict;

  public SceneException(Verdict verdict, String message) {
    super(message);
    this.verdict = verdict;
  }

  public SceneException(Verdict verdict, String message, Throwable cause) {
    super(message, cause);
    this.verdict = verdict;
  }

  public Verdict verdict() {
    return verdict;
  }
}
