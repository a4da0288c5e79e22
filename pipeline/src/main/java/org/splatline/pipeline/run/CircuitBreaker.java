package org.splatline.pipeline.run;

import java.util.Optional;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.gpu.verdict.Verdict.WhoFixes;

/**
 * Opens when several scenes in a row, in the order in which they end, fail with the same verdict
 * and their photographs are not the cause: the next scenes would fail too. It stays open.
 * Thread-safe.
 */
final class CircuitBreaker {
  private final int alike;
  private Verdict last = Verdict.OK;
  private int inARow;
  private String reason = "";

  /**
   * @param alike scenes in a row that open it; 0: it never opens
   */
  CircuitBreaker(int alike) {
    this.alike = alike;
  }

  /** Records how a scene ended that is not tried again in this invocation. */
  synchronized void ended(Verdict verdict, String detail) {
    if (!counts(verdict)) {
      inARow = 0;
      last = Verdict.OK;
      return;
    }
    inARow = verdict == last ? inARow + 1 : 1;
    last = verdict;
    if (alike > 0 && inARow >= alike && reason.isEmpty()) {
      reason =
          "Stopped early: the last %d scenes all ended %s: %s. Fix the cause and run again with the same --run-id"
              .formatted(inARow, verdict, detail.replaceAll("\\.$", ""));
    }
  }

  private static boolean counts(Verdict verdict) {
    return verdict.whoFixes() == WhoFixes.OPERATOR || verdict.whoFixes() == WhoFixes.DEVELOPER;
  }

  /** Why no other scene is to be started; empty while it is closed. */
  synchronized Optional<String> reason() {
    return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
  }
}
