package org.splatline.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.cost.Prices;

class BatchPlanTest {
  private static final Prices PRICES =
      new Prices(
          "2026-03-01",
          "here",
          Map.of(
              "cpu.large", new Prices.Instance(10, 0, 1, null, 0),
              "gpu.large", new Prices.Instance(8, 2, 3, 1.0, 1),
              "gpu.dear", new Prices.Instance(8, 1, 3, null, 1)));
  private static final WorkRates RATES =
      new WorkRates(new WorkRates.Rate(36, "by a test"), new WorkRates.Rate(1800, "by a test"));
  private static final List<BatchPlan.Scene> SCENES =
      List.of(
          new BatchPlan.Scene("garden", 300, false),
          new BatchPlan.Scene("street", 100, true),
          new BatchPlan.Scene("empty", 0, false));

  private static BatchPlan plan(String gpu, String purchase, double hours) {
    return BatchPlan.of(
        SCENES, RATES, PRICES, new BatchPlan.Choice("cpu.large", gpu, purchase, 4, hours));
  }

  @Test
  void hoursMachinesAndCostFollowFromTheRates() {
    BatchPlan plan = plan("gpu.large", Machine.SPOT, 0.25);
    assertThat(plan.scenes()).isEqualTo(3);
    assertThat(plan.photographs()).isEqualTo(400);
    assertThat(plan.estimatedScenes()).isOne();
    assertThat(plan.emptyScenes()).isOne();
    assertThat(plan.cpu())
        .as("400 x 36 s, ten cores a machine; two scenes keep no more than two machines busy")
        .isEqualTo(new BatchPlan.Machines("cpu.large", "on-demand", 4, 0.4, 2, 0.4));
    assertThat(plan.gpu())
        .as("2 x 1,800 s, two GPUs a machine, 1 + 1 USD an hour")
        .isEqualTo(new BatchPlan.Machines("gpu.large", "spot", 1, 0.5, 2, 1.0));
    assertThat(plan.costUsd()).isCloseTo(1.4, within(1e-9));
    assertThat(plan.longest().sceneId()).isEqualTo("garden");
    assertThat(plan.longest().hours()).as("300 x 36 s / 4 + 1,800 s").isCloseTo(1.25, within(1e-9));
    assertThat(plan.notes())
        .anyMatch(note -> note.startsWith("Scene garden alone takes 1.3 h, more than 0.3 h"))
        .contains("Core seconds per photograph: 36.0, by a test");
    assertThat(plan("gpu.large", Machine.SPOT, 8).notes()).noneMatch(n -> n.contains("alone"));
  }

  @Test
  void withoutASpotPriceTheCostIsTheMostItCanBe() {
    BatchPlan plan = plan("gpu.dear", Machine.SPOT, 8);
    assertThat(plan.gpu().costUsd()).isCloseTo(4, within(1e-9));
    assertThat(plan.notes())
        .anyMatch(note -> note.startsWith("The price list has no Spot price of gpu.dear"));
  }

  @Test
  void whatCannotTrainIsRefused() {
    assertThatThrownBy(() -> plan("gpu.larg", Machine.SPOT, 8))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot find instance gpu.larg in the price list of 2026-03-01")
        .hasMessageContaining("Nearest: gpu.large");
    assertThatThrownBy(() -> plan("cpu.large", Machine.SPOT, 8))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it has no GPU. Give --instance one that has, such as gpu.dear");
    assertThatThrownBy(() -> plan("gpu.large", Machine.SPOT, 0))
        .hasMessage("Invalid --within: 0.0 hours are not above 0");
  }

  @Test
  void aBatchOfEmptyScenesTakesNothing() {
    BatchPlan plan =
        BatchPlan.of(
            List.of(new BatchPlan.Scene("empty", 0, false)),
            RATES,
            PRICES,
            new BatchPlan.Choice("cpu.large", "gpu.large", Machine.SPOT, 4, 8));
    assertThat(plan.costUsd()).isZero();
    assertThat(plan.gpu().instances()).isZero();
    assertThat(plan.longest()).isNull();
  }
}
