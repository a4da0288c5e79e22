package org.splatline.gpu.sfm;

import java.util.Optional;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.sift.FeatureExtractor;

/** Where the stage gets a GPU that finds and matches features. */
public interface GpuMatchers {
  /** There is none. */
  GpuMatchers NONE = absent("no GPU is offered");

  /** Why there is no GPU, for messages; empty: there is one. */
  Optional<String> absence();

  /** Takes the GPU; the caller closes it soon. Any exception means that it can't be used. */
  Matcher open();

  /** Takes the GPU to find features; the caller closes it soon. Exceptions as for {@link #open}. */
  FeatureExtractor openExtractor();

  /** There is none, for this reason. */
  static GpuMatchers absent(String reason) {
    return new GpuMatchers() {
      @Override
      public Optional<String> absence() {
        return Optional.of(reason);
      }

      @Override
      public Matcher open() {
        throw new IllegalStateException("Cannot match on a GPU: " + reason);
      }

      @Override
      public FeatureExtractor openExtractor() {
        throw new IllegalStateException("Cannot find features on a GPU: " + reason);
      }
    };
  }
}
