package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.verdict.Verdict;

class CircuitBreakerTest {
  private static CircuitBreaker after(int alike, Verdict... endings) {
    CircuitBreaker breaker = new CircuitBreaker(alike);
    for (Verdict ending : endings) {
      breaker.ended(ending, "exit 134.");
    }
    return breaker;
  }

  @Test
  void opensWithTheReason() {
    assertThat(after(3, Verdict.TOOL_CRASH, Verdict.TOOL_CRASH).reason()).isEmpty();
    assertThat(after(3, Verdict.TOOL_CRASH, Verdict.TOOL_CRASH, Verdict.TOOL_CRASH).reason())
        .contains(
            "Stopped early: the last 3 scenes all ended TOOL_CRASH: exit 134. Fix the cause and run"
                + " again with the same --run-id");
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"OK", "FEW_IMAGES", "CANCELLED", "INTERNAL"})
  void anyOtherEndingResets(Verdict other) {
    assertThat(after(2, Verdict.TOOL_CRASH, other, Verdict.TOOL_CRASH).reason()).isEmpty();
  }

  @Test
  void verdictsOnPhotographsDoNotCount() {
    assertThat(after(2, Verdict.NO_MODEL, Verdict.NO_MODEL, Verdict.NO_MODEL).reason()).isEmpty();
  }

  @Test
  void zeroNeverOpens() {
    assertThat(after(0, Verdict.INTERNAL, Verdict.INTERNAL).reason()).isEmpty();
  }
}
