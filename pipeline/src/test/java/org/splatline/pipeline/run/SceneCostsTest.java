package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.config.CostConfig;
import org.splatline.pipeline.cost.Held;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.cost.Prices;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.Share;

class SceneCostsTest {
  private static final Machine CPU = new Machine("m6i.4xlarge", Machine.ON_DEMAND);
  private static final Machine GPU = new Machine("g5.2xlarge", Machine.ON_DEMAND);
  private static final List<Held> TASKS =
      List.of(
          new Held(900, 4, 0, CPU, null),
          new Held(900, 4, 0, CPU, null),
          new Held(60, 4, 0.5, GPU, "13.0"));

  private static Cost of(String cpu, String gpu, String option, List<Held> tasks) {
    return new SceneCosts(new CostConfig("", cpu, gpu, option), Prices.read("", name -> ""))
        .of(tasks);
  }

  @Test
  void coresAndGpusHaveTheirOwnPrices() {
    Cost cost = of("auto", "auto", "auto", TASKS);
    assertThat(cost.cpu().seconds()).isEqualTo(7200);
    assertThat(cost.cpu().instanceType()).isEqualTo("m6i.4xlarge");
    assertThat(cost.cpu().usd()).isCloseTo(7200.0 / 3600 * 0.96 / 16, Offset.offset(1e-12));
    assertThat(cost.gpu().seconds()).isEqualTo(30);
    assertThat(cost.gpu().usd()).isCloseTo(30.0 / 3600 * 1.515, Offset.offset(1e-12));
    assertThat(cost.usd()).isCloseTo(cost.cpu().usd() + cost.gpu().usd(), Offset.offset(1e-12));
  }

  @Test
  void theConfigurationOverridesTheMachine() {
    Cost cost = of("c6i.4xlarge", "g6.xlarge", "on-demand", TASKS);
    assertThat(cost.cpu().instanceType()).isEqualTo("c6i.4xlarge");
    assertThat(cost.gpu().instanceType()).isEqualTo("g6.xlarge");
  }

  @Test
  void withoutAPriceSecondsAreKept() {
    Cost cost = of("", "", "on-demand", TASKS);
    assertThat(cost.cpu()).isEqualTo(new Share(7200, null, null, null));
    assertThat(cost.usd()).isNull();
    Cost spot = of("auto", "auto", "spot", TASKS);
    assertThat(spot.gpu().purchaseOption()).isEqualTo("spot");
    assertThat(spot.gpu().usd()).as("the list that ships has no spot prices").isNull();
  }

  @Test
  void anAttemptWithoutTasksCostsNothing() {
    assertThat(of("", "", "on-demand", List.of())).isEqualTo(new Cost(Share.NONE, Share.NONE));
    assertThat(of("", "", "on-demand", List.of()).usd()).isZero();
  }

  @Test
  void anUnknownPurchaseOptionIsRefused() {
    assertThatThrownBy(() -> new CostConfig("", "", "", "reserved"))
        .hasMessage("Invalid cost.purchase-option: reserved is not on-demand, spot or auto");
  }
}
