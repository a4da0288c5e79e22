package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class SfmGateTest {
  private final SfmGate gate = new SfmGate(SfmConfigs.with(), "garden");

  private static SubModel model(int registered, int points, double errorPx) {
    return new SubModel(
        Path.of("0"),
        registered(IntStream.range(0, registered).mapToObj("p%03d.jpg"::formatted)),
        new ModelStatistics(registered, points, 3L * points, errorPx, 3));
  }

  private static List<SfmReport.Registered> registered(Stream<String> names) {
    return names.map(name -> new SfmReport.Registered(name, 100)).toList();
  }

  private void check(SubModel model, int readable) {
    gate.checkModel(model, List.of(model), readable);
  }

  @ParameterizedTest
  @CsvSource({
    "9, 15, 500, 2.0", // each at its limit
    "3, 3, 500, 0.4",
    "3, 5, 9000, 1.0",
  })
  void letsPass(int registered, int readable, int points, double errorPx) {
    assertThatCode(() -> check(model(registered, points, errorPx), readable))
        .doesNotThrowAnyException();
  }

  @Test
  void requiresDiskForFourTimesThePhotographs() {
    SfmGate small = new SfmGate(SfmConfigs.with("free-disk=1MiB"), "garden");
    assertThatCode(() -> small.checkDisk(10 << 20, 41 << 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> small.checkDisk(10 << 20, (41 << 20) - 1))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.DISK_FULL))
        .hasMessageContaining("41 MiB")
        .hasMessageContaining("40 are free");
  }

  @ParameterizedTest
  @CsvSource({
    "8, 15, 9000, 0.5, LOW_REGISTRATION, '8 of 15 photographs, need 9'",
    "2, 3, 9000, 0.5, LOW_REGISTRATION, '2 of 3 photographs, need 3'",
    "2, 300, 9000, 0.5, LOW_REGISTRATION, '2 of 300 photographs, need 180'",
    "15, 15, 499, 0.5, NO_MODEL, '499 points, need 500'",
    "15, 15, 9000, 2.01, HIGH_REPROJECTION, '2.01 px, at most 2.0'",
    "15, 15, 9000, NaN, HIGH_REPROJECTION, 'NaN px'",
  })
  void refusesModel(
      int registered, int readable, int points, double errorPx, Verdict verdict, String why) {
    assertThatThrownBy(() -> check(model(registered, points, errorPx), readable))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot reconstruct scene garden: ")
        .hasMessageContaining(why);
  }

  @Test
  void namesGroupsThatDoNotOverlap() {
    SubModel best = model(8, 900, 0.5);
    SubModel other =
        new SubModel(
            Path.of("1"),
            registered(Stream.of("q1.jpg", "q2.jpg", "q3.jpg")),
            new ModelStatistics(3, 200, 600, 0.5, 3));
    SubModel stray = model(2, 100, 0.5);
    assertThatThrownBy(() -> gate.checkModel(best, List.of(other, best, stray), 15))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.SPLIT_MODEL))
        .hasMessageContaining(
            "2 groups that do not overlap: 8 from p000.jpg to p007.jpg, 3 from q1.jpg to q3.jpg;"
                + " the largest has 8 of 15, need 9. Take 5 to 10 more");
  }

  @Test
  void doesNotCountAPairAsAGroup() {
    SubModel best = model(8, 900, 0.5);
    assertThatThrownBy(() -> gate.checkModel(best, List.of(best, model(2, 100, 0.5)), 15))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.LOW_REGISTRATION));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, FEW_IMAGES",
    "1, 1, FEW_IMAGES",
    "40, 2, FEW_IMAGES",
    "40, 0, UNREADABLE_IMAGES",
  })
  void refusesPhotographs(int files, int readable, Verdict verdict) {
    assertThatThrownBy(() -> gate.checkPhotographs(files, readable))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageContaining(Integer.toString(files));
  }

  @Test
  void distinguishesMissingMatchesFromMissingModel() {
    assertThat(gate.withoutModel(12, true).verdict()).isEqualTo(Verdict.NO_MATCHES);
    assertThat(gate.withoutModel(12, false).verdict()).isEqualTo(Verdict.NO_MODEL);
  }
}
