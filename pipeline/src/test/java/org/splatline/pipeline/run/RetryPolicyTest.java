package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.verdict.Verdict;

class RetryPolicyTest {
  private static final Set<Verdict> AGAIN =
      EnumSet.of(
          Verdict.TIMEOUT,
          Verdict.STALLED,
          Verdict.OUT_OF_MEMORY,
          Verdict.DISK_FULL,
          Verdict.INPUT_CHANGED,
          Verdict.INTERNAL);

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void onlyFaultsOfTheMachineAreTriedAgain(Verdict verdict) {
    RetryPolicy policy = new RetryPolicy(3);
    if (AGAIN.contains(verdict)) {
      assertThat(policy.delay(verdict, 1)).contains(Duration.ofSeconds(5));
      assertThat(policy.delay(verdict, 2)).contains(Duration.ofSeconds(30));
    } else {
      assertThat(policy.delay(verdict, 1)).isEmpty();
    }
    assertThat(policy.delay(verdict, 3)).isEmpty();
    assertThat(new RetryPolicy(1).delay(verdict, 1)).isEmpty();
  }
}
