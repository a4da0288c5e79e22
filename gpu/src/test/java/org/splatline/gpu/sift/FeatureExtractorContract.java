package org.splatline.gpu.sift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What everything owes that finds features. */
public abstract class FeatureExtractorContract {
  protected static final int MANY = 8192;

  protected abstract FeatureExtractor extractor();

  private static float scale(Features features, int i) {
    return (float)
        Math.hypot(
            features.keypoints()[Features.KEYPOINT * i + 2],
            features.keypoints()[Features.KEYPOINT * i + 4]);
  }

  /** A spot has a feature at its middle, as large as it is. */
  @ParameterizedTest(name = "blur {0} px")
  @CsvSource({"1.5", "3", "6", "12"})
  void aSpotIsFoundWhereItIs(double blur) {
    Features found = extractor().extract(TestGreys.spot(160, 120, 71.3, 58.8, blur), MANY);
    boolean[] there = new boolean[found.size()];
    for (int i = 0; i < there.length; i++) {
      double ratio = scale(found, i) / blur;
      boolean near = Math.hypot(found.x(i) - 71.3, found.y(i) - 58.8) < 0.1;
      there[i] = near && 0.85 < ratio && ratio < 1.15;
    }
    assertThat(there).contains(true);
  }

  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"1, 1", "1, 40", "40, 1", "2, 2", "3, 2", "15, 15", "33, 9", "7, 65"})
  void smallPicturesHaveFewFeatures(int width, int height) {
    Features found = extractor().extract(TestGreys.noise(width, height, 3), MANY);
    assertThat(found.size()).isBetween(0, width * height);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.x(i)).isBetween(0f, (float) width);
      assertThat(found.y(i)).isBetween(0f, (float) height);
    }
  }

  @ParameterizedTest(name = "grey {0}")
  @CsvSource({"0", "127", "255"})
  void aUniformPictureHasNone(int grey) {
    assertThat(extractor().extract(TestGreys.uniform(90, 61, grey), MANY).size()).isZero();
  }

  @Test
  void sameBytesOnEveryRun() {
    GreyPicture picture = TestGreys.leaves(161, 97, 5);
    Features first = extractor().extract(picture, MANY);
    Features second = extractor().extract(picture, MANY);
    assertThat(first.size()).isGreaterThan(100);
    assertThat(second.keypoints()).isEqualTo(first.keypoints());
    assertThat(second.descriptors()).isEqualTo(first.descriptors());
  }

  /** Whole levels, the coarsest first, until there are more than enough; they end the list. */
  @Test
  void theLargestFeaturesAreKept() {
    GreyPicture picture = TestGreys.leaves(200, 120, 6);
    Features all = extractor().extract(picture, MANY);
    Features some = extractor().extract(picture, 60);
    Features one = extractor().extract(picture, 0);
    assertThat(some.size()).isBetween(61, all.size() - 1);
    assertThat(one.size()).isBetween(1, some.size() - 1);
    for (Features kept : new Features[] {some, one}) {
      int dropped = all.size() - kept.size();
      assertThat(kept.keypoints())
          .isEqualTo(
              Arrays.copyOfRange(
                  all.keypoints(), Features.KEYPOINT * dropped, all.keypoints().length));
      assertThat(kept.descriptors())
          .isEqualTo(
              Arrays.copyOfRange(
                  all.descriptors(), Features.DESCRIPTOR * dropped, all.descriptors().length));
    }
  }

  /** 512 times the square root of shares whose sum is 1: all have nearly the same length. */
  @Test
  void descriptorsHaveOneLength() {
    Features found = extractor().extract(TestGreys.leaves(120, 90, 7), MANY);
    for (int i = 0; i < found.size(); i++) {
      double squares = 0;
      for (int k = 0; k < Features.DESCRIPTOR; k++) {
        int value = found.descriptors()[Features.DESCRIPTOR * i + k] & 0xff;
        squares += value * value;
      }
      assertThat(Math.sqrt(squares)).isBetween(500.0, 524.0);
    }
  }
}
