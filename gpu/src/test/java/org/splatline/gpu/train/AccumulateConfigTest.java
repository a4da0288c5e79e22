package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.Accumulation.Group;
import org.splatline.gpu.backend.Accumulation.Use;
import org.splatline.gpu.train.AccumulateConfig.AccumulatePhase;

class AccumulateConfigTest {
  private static AccumulateConfig config(int bandsViews, AccumulatePhase... phases) {
    return new AccumulateConfig(bandsViews, List.of(phases));
  }

  @Test
  void bandsStepOncePerSoManyViews() {
    AccumulateConfig config = config(4);
    assertThat(config.at(3, step -> false).bands()).isEqualTo(new Group(Use.ADD, 0, 1));
    assertThat(config.at(4, step -> false).bands()).isEqualTo(new Group(Use.ADD_AND_STEP, 0, 1));
    assertThat(config.at(8, step -> false).bands()).isEqualTo(new Group(Use.ADD_AND_STEP, 4, 2));
    assertThat(config.at(4, step -> false).others().use()).isEqualTo(Use.STEP);
  }

  @Test
  void sumsEndBeforeRowsChange() {
    AccumulateConfig config = config(4);
    IntPredicate changes = step -> step == 6;
    assertThat(config.at(6, changes).bands().use()).isEqualTo(Use.ADD_AND_STEP);
    assertThat(config.at(7, changes).bands().use()).isEqualTo(Use.ADD);
    assertThat(config.at(8, changes).bands()).isEqualTo(new Group(Use.ADD_AND_STEP, 6, 2));
  }

  @Test
  void everythingIsAddedUpFromAStepOn() {
    AccumulateConfig config = config(2, new AccumulatePhase(10, 4), new AccumulatePhase(18, 8));
    assertThat(config.at(9, step -> false).others().use()).isEqualTo(Use.STEP);
    assertThat(config.at(11, step -> false).others().use()).isEqualTo(Use.ADD);
    assertThat(config.at(11, step -> false).bands().use()).isEqualTo(Use.ADD);
    assertThat(config.at(12, step -> false).others())
        .isEqualTo(new Group(Use.ADD_AND_STEP, 10, 10));
    assertThat(config.at(17, step -> false).others().use()).isEqualTo(Use.ADD);
    // 18 is no multiple of 4, but the last step before another number of views
    assertThat(config.at(18, step -> false).others())
        .isEqualTo(new Group(Use.ADD_AND_STEP, 16, 12));
    assertThat(config.at(24, step -> false).others().since()).isEqualTo(18);
  }

  @Test
  void sumsAreEmptyExactlyAfterASteppingStep() {
    AccumulateConfig config = config(3, new AccumulatePhase(6, 6));
    for (int step = 1; step <= 12; step++) {
      Accumulation at = config.at(step, any -> false);
      assertThat(at.endsEmpty()).as("step %d", step).isEqualTo(List.of(3, 6, 12).contains(step));
    }
  }

  @Test
  void oneViewIsNoAccumulation() {
    assertThat(AccumulateConfig.NONE.isOn()).isFalse();
    assertThat(config(1, new AccumulatePhase(5, 1)).isOn()).isFalse();
    assertThat(config(1, new AccumulatePhase(5, 2)).isOn()).isTrue();
    assertThat(AccumulateConfig.NONE.at(7, step -> false).isNone()).isTrue();
  }

  @Test
  void stepsAndViewsOfTheScheduleScale() {
    AccumulateConfig config =
        config(16, new AccumulatePhase(10_000, 4), new AccumulatePhase(15_000, 32));
    assertThat(config.scaledBy(0.1))
        .isEqualTo(config(16, new AccumulatePhase(1000, 1), new AccumulatePhase(1500, 3)));
    assertThat(config.scaledBy(20).schedule().get(1)).isEqualTo(new AccumulatePhase(300_000, 256));
  }

  @Test
  void ofEqualStepsTheLastIsKept() {
    assertThat(config(1, new AccumulatePhase(15, 8), new AccumulatePhase(20, 16)).scaledBy(0.1))
        .isEqualTo(config(1, new AccumulatePhase(2, 2)));
  }

  @Test
  void invalidValuesAreNamed() {
    assertThatThrownBy(() -> config(0))
        .hasMessage("Invalid optimizer.accumulate.bands-views: 0 views are not 1 to 256");
    assertThatThrownBy(() -> new AccumulatePhase(5, 257))
        .hasMessage("Invalid optimizer.accumulate.schedule: 257 views are not 1 to 256");
    assertThatThrownBy(() -> config(1, new AccumulatePhase(5, 2), new AccumulatePhase(5, 4)))
        .hasMessage("Invalid optimizer.accumulate.schedule: step 5 does not come after 5");
  }
}
