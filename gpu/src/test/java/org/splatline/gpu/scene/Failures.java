package org.splatline.gpu.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** What bad input owes its reader. */
public final class Failures {
  private Failures() {}

  /** A verdict, and a sentence in two parts that names each of {@code words}. */
  public static void assertRefused(Verdict verdict, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageMatching("(?s)Cannot [^:]+: .+\\. .+\\.")
        .hasMessageContainingAll(words);
  }
}
