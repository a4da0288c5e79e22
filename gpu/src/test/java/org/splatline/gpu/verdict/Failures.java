package org.splatline.gpu.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about the exceptions that unusable input causes. */
public final class Failures {
  private Failures() {}

  /** Asserts the verdict, the grammar of the message, and that it contains {@code words}. */
  public static void assertRefused(Verdict verdict, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageMatching("(?s)Cannot [^:]+: .+\\. .+\\.")
        .hasMessageContainingAll(words);
  }
}
