package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractorContract;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.sift.TestGreys;

class CudaFeaturesIT extends FeatureExtractorContract {
  private CudaBackend backend;
  private FeatureExtractor extractor;

  @BeforeEach
  void openBackend() {
    Gpu.assume();
    backend = Gpu.open();
    extractor = backend.featureExtractor();
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (backend != null) {
      extractor.close();
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
      backend.close();
    }
  }

  @Override
  protected FeatureExtractor extractor() {
    return extractor;
  }

  @ParameterizedTest(name = "{0} x {1}, at most {2}")
  @CsvSource({
    "1, 1, 8192",
    "2, 2, 8192",
    "3, 2, 8192",
    "15, 15, 8192",
    "64, 32, 8192",
    "65, 33, 8192",
    "301, 203, 100",
    "203, 301, 8192",
    "3301, 17, 8192",
    "1080, 700, 2000"
  })
  void sameBytesAsOnTheCpu(int width, int height, int most) {
    assertSame(TestGreys.leaves(width, height, 9), most);
    assertSame(TestGreys.noise(width, height, 10), most);
  }

  /** A small picture after a large one, and more extrema than there is room for at first. */
  @Test
  void memoryIsUsedAgainAndGrows() {
    assertSame(TestGreys.leaves(1100, 900, 11), 300);
    assertSame(TestGreys.leaves(90, 70, 12), MANY);
  }

  private void assertSame(GreyPicture picture, int most) {
    Features expected = new CpuFeatureExtractor().extract(picture, most);
    Features found = extractor.extract(picture, most);
    assertThat(found.size()).isEqualTo(expected.size());
    assertThat(found.keypoints()).isEqualTo(expected.keypoints());
    assertThat(found.descriptors()).isEqualTo(expected.descriptors());
  }
}
