package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigurationReader;

/** Ten training views, 1,000 steps, growth until step 200. */
class EndingTest {
  private static Ending ending(int views, int annealsAfter, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=1000",
                "densify.from-step=100",
                "densify.until-step=200",
                "train.plateau.mode=stop",
                "train.plateau.patience-steps=100",
                "train.plateau.check-every-steps=50",
                "train.plateau.anneal-steps=100"));
    all.addAll(List.of(settings));
    TrainConfig config =
        TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
    ResolutionSchedule resolution = ResolutionSchedule.of(config.train(), config.train().phases());
    return Ending.of(config, resolution, views, annealsAfter);
  }

  private static PlateauRule flat(Ending ending, int steps) {
    PlateauRule rule = ending.plateau(PlateauRule.State.START);
    for (int step = 1; step <= steps; step++) {
      rule.add(step, 20);
    }
    return rule;
  }

  @Test
  void aPlateauAnnealsAndEnds() {
    Ending ending = ending(10, 0);
    PlateauRule rule = flat(ending, 200);
    assertThat(ending.at(190, rule)).isEmpty();
    assertThat(ending.annealsAfter()).as("growth is not over").isZero();
    assertThat(ending.at(195, rule)).isEmpty();
    assertThat(ending.at(200, rule)).isEmpty();
    assertThat(ending.annealsAfter()).isEqualTo(200);
    assertThat(ending.at(299, rule)).isEmpty();
    assertThat(ending.at(300, rule)).hasValue(StoppedBy.PLATEAU);
  }

  @Test
  void withoutAnnealingItEndsAtOnce() {
    Ending ending = ending(10, 0, "train.plateau.anneal-steps=0");
    assertThat(ending.at(200, flat(ending, 200))).hasValue(StoppedBy.PLATEAU);
  }

  /** Steps 1,000 and later would be the end anyway. */
  @Test
  void aPlateauThatSavesNothingChangesNothing() {
    Ending late = ending(10, 0);
    assertThat(late.at(900, flat(late, 900))).isEmpty();
    assertThat(late.annealsAfter()).isZero();
    assertThat(late.rateFactorAt(1000)).isEqualTo(1);
    assertThat(late.at(1000, flat(late, 1000))).hasValue(StoppedBy.STEPS);
    Ending just = ending(10, 0);
    assertThat(just.at(890, flat(just, 890))).isEmpty();
    assertThat(just.annealsAfter()).isEqualTo(890);
  }

  @Test
  void anExtensionAnnealsToo() {
    String[] extending = {
      "train.plateau.mode=extend",
      "train.plateau.extend-steps=500",
      "train.plateau.extend-to-psnr=30"
    };
    Ending ending = ending(10, 0, extending);
    assertThat(ending.at(990, flat(ending, 990))).isEmpty();
    assertThat(ending.annealsAfter()).as("all steps are trained first").isZero();
    PlateauRule rule = flat(ending, 1000);
    assertThat(ending.at(1000, rule)).isEmpty();
    assertThat(ending.annealsAfter()).isEqualTo(1000);
    assertThat(ending.at(1100, rule)).hasValue(StoppedBy.PLATEAU);
    Ending late = ending(10, 0, extending);
    assertThat(late.at(1400, flat(late, 1400))).isEmpty();
    assertThat(late.annealsAfter()).isZero();
    assertThat(late.at(1500, rule)).hasValue(StoppedBy.STEPS);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "300, 300, 1", "301, 300, 0.954993", "350, 300, 0.1", "400, 300, 0.01"})
  void ratesFallFromWhatTheyAre(int step, int ratesStep, double factor) {
    Ending ending = ending(10, 300);
    assertThat(ending.ratesStep(step)).isEqualTo(ratesStep);
    assertThat(ending.rateFactorAt(step)).isCloseTo(factor, within(1e-6));
  }

  @Test
  void keptViewsAreSpreadAndCheckedWhileTheyCanDecide() {
    Ending ending = ending(40, 0, "train.plateau.views=4");
    assertThat(ending.kept()).isEqualTo(new KeptViews(List.of(5, 15, 25, 35), 200, 850, 50));
    assertThat(ending.kept().trained(40)).hasSize(36).doesNotContain(5, 15, 25, 35);
    assertThat(ending.looksAt(200)).as("no round of steps decides").isFalse();
    assertThat(ending.checksAt(150)).isFalse();
    assertThat(ending.checksAt(200)).isTrue();
    assertThat(ending.checksAt(225)).isFalse();
    assertThat(ending.checksAt(850)).isTrue();
    assertThat(ending.checksAt(900)).as("annealing would end with training").isFalse();
    assertThat(ending.keepsUntilStep()).isEqualTo(850);
    PlateauRule rule = ending.plateau(PlateauRule.State.START);
    rule.add(200, 20);
    assertThat(ending.at(200, rule)).isEmpty();
    rule.add(250, 20.05);
    assertThat(ending.at(250, rule)).isEmpty();
    rule.add(300, 20.09);
    assertThat(ending.at(300, rule)).isEmpty();
    assertThat(ending.annealsAfter()).isEqualTo(300);
    assertThat(ending.keepsUntilStep()).isEqualTo(300);
    assertThat(ending.checksAt(350)).isFalse();
    assertThat(ending.at(400, rule)).hasValue(StoppedBy.PLATEAU);
  }

  @Test
  void viewsAreKeptOnlyWhereTheyCanBeSparedAndHelp() {
    String four = "train.plateau.views=4";
    assertThat(ending(39, 0, four).kept().isEmpty()).as("too few views").isTrue();
    assertThat(ending(40, 0, four, "train.plateau.patience-steps=651").kept().isEmpty())
        .as("no time for a plateau")
        .isTrue();
    assertThat(ending(40, 0, four, "train.plateau.patience-steps=650").kept().isEmpty()).isFalse();
    assertThat(ending(40, 0, four, "train.plateau.mode=extend").kept().isEmpty()).isTrue();
    assertThat(ending(40, 0, four, "train.plateau.mode=off").kept().isEmpty()).isTrue();
    assertThat(ending(40, 0).kept().isEmpty()).isTrue();
    assertThat(ending(40, 0).keepsUntilStep()).isZero();
  }
}
