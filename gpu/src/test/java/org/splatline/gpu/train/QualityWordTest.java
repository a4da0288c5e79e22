package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.train.QualityWord.Evidence;
import org.splatline.gpu.train.QualityWord.Word;

/** The rule of docs/verdicts.md, with the default limits. */
class QualityWordTest {
  private static final QualityConfig CONFIG =
      TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").read()).quality();
  private static final String WHERE = "between a.jpg and c.jpg, where b.jpg reaches 9.1 dB";

  private static QualityWord of(
      double psnr, double ssim, Double trainPsnr, int views, int photographs) {
    return QualityWord.of(
        new Evidence(psnr, ssim, trainPsnr, views, photographs, 200, 700, WHERE), CONFIG);
  }

  @Test
  void elevenPhotographsOfACastleArePoor() {
    QualityWord castle =
        QualityWord.of(new Evidence(15.0, 0.70, 31.24, 11, 11, 9.5, 2000, WHERE), CONFIG);
    assertThat(castle.word()).isEqualTo(Word.POOR);
    assertThat(castle.advice())
        .isEqualTo(
            "11 photographs: take 30 more, first between a.jpg and c.jpg, where b.jpg reaches 9.1"
                + " dB (training views reach 31.2 dB); 9.5 pixels per Gaussian are few, so lower"
                + " densify.budget or image.reduce");
  }

  @Test
  void goodIsTheTargetsOrWhatThePhotographsAllow() {
    assertThat(of(35.0, 0.95, 45.0, 50, 50)).isEqualTo(new QualityWord(Word.GOOD, ""));
    assertThat(of(25.0, 0.80, 29.0, 50, 50)).isEqualTo(new QualityWord(Word.GOOD, ""));
    assertThat(of(25.0, 0.80, null, 50, 0)).isEqualTo(new QualityWord(Word.GOOD, ""));
    assertThat(of(24.9, 0.80, 27.0, 50, 50).word()).isEqualTo(Word.FAIR);
    assertThat(of(25.0, 0.79, 27.0, 50, 50).word()).isEqualTo(Word.FAIR);
    assertThat(of(25.0, 0.80, 29.1, 50, 50).word()).isEqualTo(Word.FAIR);
    assertThat(of(20.0, 0.55, 22.0, 50, 50).word()).isEqualTo(Word.FAIR);
    assertThat(of(19.9, 0.90, 22.0, 50, 50).word()).isEqualTo(Word.POOR);
    assertThat(of(30.0, 0.54, 32.0, 50, 50).word()).isEqualTo(Word.POOR);
  }

  @Test
  void adviceNamesWhatHoldsTheModelBack() {
    assertThat(of(34.0, 0.94, 35.0, 40, 64).advice())
        .startsWith("only 40 of 64 photographs have a camera: take more between them");
    assertThat(of(34.0, 0.94, 35.0, 40, 64).word()).isEqualTo(Word.FAIR);
    assertThat(of(22.0, 0.70, 23.04, 50, 50).advice())
        .isEqualTo(
            "training views reach only 23.0 dB: mask what moves, leave out blurred photographs, or"
                + " train longer than 700 steps");
    assertThat(of(22.0, 0.70, 33.0, 50, 50).advice())
        .isEqualTo(
            "take more photographs, first "
                + WHERE
                + ", and mask what moves (training views reach 33.0 dB)");
    assertThat(of(24.0, 0.79, null, 32, 32).advice())
        .isEqualTo("32 photographs: take 10 more, first " + WHERE);
  }

  @Test
  void withoutHeldOutViewsNobodyKnows() {
    QualityWord unknown = of(Double.NaN, Double.NaN, 30.0, 50, 50);
    assertThat(unknown.word()).isEqualTo(Word.POOR);
    assertThat(unknown.advice()).startsWith("no view is held out, so nobody knows");
  }
}
