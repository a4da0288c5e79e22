package org.splatline.gpu.sfm;

import java.util.Optional;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;

/** A GPU for tests. */
final class TestGpu {
  private TestGpu() {}

  /** One that finds features plainly, and matches as {@code matcher} does. */
  static GpuMatchers that(Matcher matcher) {
    return that(new CpuFeatureExtractor(), matcher);
  }

  static GpuMatchers that(FeatureExtractor extractor, Matcher matcher) {
    return new GpuMatchers() {
      @Override
      public Optional<String> absence() {
        return Optional.empty();
      }

      @Override
      public Matcher open() {
        return matcher;
      }

      @Override
      public FeatureExtractor openExtractor() {
        return extractor;
      }
    };
  }
}
