package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.train.PlateauConfig.Mode;

/** Rounds of ten views; a plateau is 100 steps without a gain of 0.1 dB. */
class PlateauRuleTest {
  private static final int VIEWS = 10;
  private static final PlateauConfig CONFIG =
      new PlateauConfig(Mode.STOP, 100, 0.1, 0, 0, 35, 0, 0, 500, 0);

  private static PlateauRule rule() {
    return new PlateauRule(CONFIG, VIEWS, PlateauRule.State.START);
  }

  /** The first end of a round at which the rule is reached; -1 if there is none. */
  private static int firstReached(
      PlateauRule rule, IntToDoubleFunction curve, int last, int... restarts) {
    for (int step = 1; step <= last; step++) {
      rule.add(step, curve.applyAsDouble(step));
      for (int restart : restarts) {
        if (step == restart) {
          rule.restart(step);
        }
      }
      if (step % VIEWS == 0 && rule.isReachedAt(step)) {
        return step;
      }
    }
    return -1;
  }

  @Test
  void aFlatCurveIsReachedAfterItsPatience() {
    assertThat(firstReached(rule(), step -> 20, 500)).isEqualTo(110);
  }

  @Test
  void aRisingCurveIsNeverReached() {
    assertThat(firstReached(rule(), step -> 20 + 0.002 * step, 2000)).isEqualTo(-1);
  }

  @Test
  void aFallingCurveIsReached() {
    assertThat(firstReached(rule(), step -> 30 - 0.01 * step, 500)).isEqualTo(110);
  }

  /** 0.0005 dB per step are 0.05 dB in a hundred steps, which is too little. */
  @Test
  void tooSlowARiseIsReached() {
    assertThat(firstReached(rule(), step -> 20 + 0.0005 * step, 500)).isEqualTo(110);
  }

  /** Views differ by 10 dB, but each round has all of them. */
  @Test
  void viewsOfDifferentDifficultyDoNotCount() {
    IntToDoubleFunction views = step -> 20 + step % VIEWS;
    assertThat(firstReached(rule(), views, 500)).isEqualTo(110);
    assertThat(firstReached(rule(), step -> views.applyAsDouble(step) + 0.002 * step, 2000))
        .isEqualTo(-1);
  }

  /** Noise of 0.08 dB from round to round is no gain. */
  @Test
  void noiseIsNoGain() {
    IntToDoubleFunction noisy = step -> 20 + 0.04 * Math.sin(Math.floorDiv(step - 1, VIEWS) * 2.0);
    assertThat(firstReached(rule(), noisy, 500)).isEqualTo(110);
  }

  /** A phase change costs 3 dB. Later gains are counted from the new level. */
  @Test
  void aRestartCountsAnew() {
    IntToDoubleFunction dropping = step -> step <= 95 ? 30 : 27 + 0.002 * (step - 95);
    assertThat(firstReached(rule(), dropping, 1000, 95)).isEqualTo(-1);
    assertThat(firstReached(rule(), dropping, 1000)).isEqualTo(110);
    assertThat(firstReached(rule(), step -> 30, 1000, 95)).isEqualTo(210);
    assertThat(firstReached(rule(), step -> 30, 1000, 90)).isEqualTo(200);
  }

  @Test
  void whatWasSavedGoesOnAsItWouldHave() {
    IntToDoubleFunction curve = step -> 20 + Math.min(0.5, 0.002 * step) + step % VIEWS;
    PlateauRule whole = rule();
    PlateauRule resumed = rule();
    for (int step = 1; step <= 400; step++) {
      whole.add(step, curve.applyAsDouble(step));
      resumed.add(step, curve.applyAsDouble(step));
      if (step == 37 || step == 205) {
        whole.restart(step);
        resumed.restart(step);
      }
      resumed = new PlateauRule(CONFIG, VIEWS, resumed.state());
      assertThat(resumed.isReachedAt(step)).isEqualTo(whole.isReachedAt(step));
    }
    assertThat(resumed.state()).isEqualTo(whole.state());
    assertThat(whole.isReachedAt(400)).isTrue();
    assertThat(whole.lastRound()).isEqualTo(25);
  }

  /** A round has more steps than the patience. A restart within a round leaves that round out. */
  @Test
  void nothingIsReachedBeforeARoundWasSeen() {
    PlateauRule rule = new PlateauRule(CONFIG, 300, PlateauRule.State.START);
    for (int step = 1; step <= 900; step++) {
      rule.add(step, 20);
      if (step == 10) {
        rule.restart(step);
        assertThat(rule.lastRound()).isNaN();
      }
      assertThat(rule.isReachedAt(step)).as("step %s", step).isEqualTo(step >= 700);
    }
  }
}
