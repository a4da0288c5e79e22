package org.splatline.pipeline.run;

import java.util.Optional;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.gpu.verdict.Verdict.WhoFixes;

/**
 * Opens when so many scenes in a row, in order of ending, fail alike of a fault that is not their
 * photographs': the next ones would too. Stays open. Safe for use by many threads.
 */
public final class CircuitBreaker {
  private final int alike;
  private Verdict last = Verdict.OK;
  private int inARow;
  private String reason = "";

  /**
   * @param alike scenes in a row; 0: never opens
   */
  public CircuitBreaker(int alike) {
    this.alike = alike;
  }

  /** Notes how a scene ended for this invocation, its tries used up. */
  public synchronized void ended(Verdict verdict, String detail) {
    if (!counts(verdict)) {
      inARow = 0;
      last = Verdict.OK;
      return;
    }
    inARow = verdict == last ? inARow + 1 : 1;
    last = verdict;
    if (alike > 0 && inARow >= alike && reason.isEmpty()) {
      reason =
          "Stopped early: the last %d scenes all ended %s: %s. Mend that and run again with the same --run-id"
              .formatted(inARow, verdict, detail.replaceAll("\\.$", ""));
    }
  }

  private static boolean counts(Verdict verdict) {
    return verdict.whoFixes() == WhoFixes.OPERATOR || verdict.whoFixes() == WhoFixes.DEVELOPER;
  }

  /** Why no further scene is to be begun; empty while closed. */
  public synchronized Optional<String> reason() {
    return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
  }
}
