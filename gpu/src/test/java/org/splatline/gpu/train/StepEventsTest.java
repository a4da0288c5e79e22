package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.StepStatistics;

/** Steps on a device whose figures are read some steps later. */
class StepEventsTest {
  private static final int VIEWS = 4;
  private static final PlateauConfig CONFIG =
      new PlateauConfig(PlateauConfig.Mode.STOP, 20, 0.1, 0, 0, 35, 0, 0, 500, 0);

  /** The figures of the steps since the last call. */
  private final List<Double> psnrs = new ArrayList<>();

  private double loss;

  private StepStatistics figures() {
    StepStatistics statistics = new StepStatistics(loss, psnrs);
    psnrs.clear();
    return statistics;
  }

  private void step(StepEvents events, StepEvent event, double psnr) {
    events.add(event);
    psnrs.add(psnr);
  }

  private static StepEvent plain(int step) {
    return new StepEvent(step, 0, false, false);
  }

  @Test
  void eachListenerReceivesEachStepOnceAndInOrder() {
    List<String> received = new ArrayList<>();
    StepEvents events =
        new StepEvents(
            this::figures,
            (event, meanLoss, psnr) -> received.add("a%d:%.1f".formatted(event.step(), psnr)),
            (event, meanLoss, psnr) -> received.add("b%d:%.1f".formatted(event.step(), meanLoss)));
    step(events, plain(1), 20);
    step(events, plain(2), 21);
    assertThat(received).as("the device may not have done them").isEmpty();
    loss = 0.5;
    events.deliver();
    assertThat(received).containsExactly("a1:20.0", "b1:0.5", "a2:21.0", "b2:0.5");
    events.deliver();
    assertThat(received).hasSize(4);
    step(events, plain(3), 22);
    loss = 0.25;
    events.deliver();
    assertThat(received).hasSize(6).endsWith("a3:22.0", "b3:0.3");
  }

  @Test
  void figuresThatMatchNoStepAreAnError() {
    StepEvents events = new StepEvents(this::figures);
    events.add(plain(1));
    assertThatThrownBy(events::deliver)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0 figures for 1 steps");
  }

  private static double psnrOf(int step) {
    return 20 + step % VIEWS + 0.01 * step;
  }

  private static boolean hasNewPictures(int step) {
    return step == 9 || step == 22;
  }

  private static boolean changesModel(int step) {
    return step == 14 || step == 22 || step == 31;
  }

  /** What the rule knows after {@code steps} steps that are read at once. */
  private static PlateauRule stepByStep(int steps) {
    PlateauRule rule = new PlateauRule(CONFIG, VIEWS, PlateauRule.State.START);
    for (int step = 1; step <= steps; step++) {
      if (hasNewPictures(step)) {
        rule.restart(step - 1);
      }
      rule.add(step, psnrOf(step));
      if (changesModel(step)) {
        rule.restart(step);
      }
    }
    return rule;
  }

  /** Steps 1 to 40; the figures are read every so many steps. */
  @ParameterizedTest(name = "read every {0} steps")
  @ValueSource(ints = {1, 3, 4, 7, 40})
  void thePlateauRuleRestartsWhereItShouldHoweverLateItKnows(int everySteps) {
    PlateauRule rule = new PlateauRule(CONFIG, VIEWS, PlateauRule.State.START);
    StepEvents events = new StepEvents(this::figures, rule);
    for (int step = 1; step <= 40; step++) {
      step(events, new StepEvent(step, 0, hasNewPictures(step), changesModel(step)), psnrOf(step));
      if (step % everySteps == 0) {
        events.deliver();
        assertThat(rule.state()).as("after step %s", step).isEqualTo(stepByStep(step).state());
      }
    }
    events.deliver();
    assertThat(rule.state()).isEqualTo(stepByStep(40).state());
    assertThat(rule.lastRound()).isNotNaN();
  }

  @Test
  void aRestartBeforeAStepCountsItAndOneAfterItDoesNot() {
    for (boolean newPictures : List.of(true, false)) {
      PlateauRule rule = new PlateauRule(CONFIG, 1, PlateauRule.State.START);
      StepEvents events = new StepEvents(this::figures, rule);
      step(events, plain(1), 30);
      step(events, new StepEvent(2, 1, newPictures, !newPictures), 25);
      events.deliver();
      assertThat(rule.state().bestStep()).isEqualTo(2);
      assertThat(rule.state().last()).isEqualTo(Double.valueOf(newPictures ? 25 : Double.NaN));
    }
  }

  @Test
  void whatMakesPsnrsIncomparable() {
    assertThat(IntStream.of(1, 9, 14, 22).boxed().toList())
        .filteredOn(
            step ->
                new StepEvent(step, 0, hasNewPictures(step), changesModel(step)).breaksComparison())
        .containsExactly(9, 14, 22);
  }
}
