package org.splatline.pipeline.run;

/** Tells work that was interrupted from work that failed. */
public final class Interruption {
  private Interruption() {}

  /**
   * Whether this thread was interrupted, as by a cluster that ends the application. The thread may
   * then work on: it is no longer marked as interrupted.
   */
  public static boolean clear(Throwable failure) {
    boolean interrupted = Thread.interrupted();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      interrupted |= cause instanceof InterruptedException;
    }
    return interrupted;
  }
}
