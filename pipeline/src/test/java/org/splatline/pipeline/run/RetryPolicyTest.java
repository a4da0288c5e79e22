package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.verdict.Verdict;

class RetryPolicyTest {
  /** Spark tries again what failed because of a machine; these differ the next time. */
  @ParameterizedTest
  @EnumSource(Verdict.class)
  void onlyWhatIsDifferentTheNextTimeIsTriedAgain(Verdict verdict) {
    RetryPolicy policy = new RetryPolicy(3);
    boolean changed = verdict == Verdict.INPUT_CHANGED;

    assertThat(policy.again(verdict, 1)).isEqualTo(changed);
    assertThat(policy.again(verdict, 2)).isEqualTo(changed);
    assertThat(policy.again(verdict, 3)).isFalse();
    assertThat(new RetryPolicy(1).again(verdict, 1)).isFalse();
  }
}
