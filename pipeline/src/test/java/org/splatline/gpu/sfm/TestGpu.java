package org.splatline.gpu.sfm;

import java.util.Optional;
import org.splatline.gpu.match.Matcher;

/** A GPU for tests. */
final class TestGpu {
  private TestGpu() {}

  /** One that matches as {@code matcher} does. */
  static GpuMatchers that(Matcher matcher) {
    return new GpuMatchers() {
      @Override
      public Optional<String> absence() {
        return Optional.empty();
      }

      @Override
      public Matcher open() {
        return matcher;
      }
    };
  }
}
