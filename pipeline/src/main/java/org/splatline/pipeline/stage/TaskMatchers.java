package org.splatline.pipeline.stage;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.pipeline.spark.TaskDevice;

/** The GPU of a task, under the host's lock while it works. */
record TaskMatchers(GpuConfig config) implements GpuMatchers, Serializable {

  @Override
  public Optional<String> absence() {
    return Backends.matchers(config).absence();
  }

  @Override
  public Matcher open() {
    TaskDevice device = TaskDevice.take("cuda", config);
    Matcher matcher = opened(device, GpuMatchers::open);
    return new Matcher() {
      @Override
      @SuppressWarnings("try") // busy is a stretch of time
      public void match(DescriptorSource source, List<PhotographPair> pairs, Receiver receiver) {
        try (TaskDevice.Busy busy = device.busy()) {
          matcher.match(source, pairs, receiver);
        }
      }

      @Override
      public void close() {
        try {
          matcher.close();
        } finally {
          device.close();
        }
      }
    };
  }

  @Override
  public FeatureExtractor openExtractor() {
    TaskDevice device = TaskDevice.take("cuda", config);
    FeatureExtractor extractor = opened(device, GpuMatchers::openExtractor);
    return new FeatureExtractor() {
      @Override
      @SuppressWarnings("try") // busy is a stretch of time
      public Features extract(GreyPicture picture, int most) {
        try (TaskDevice.Busy busy = device.busy()) {
          return extractor.extract(picture, most);
        }
      }

      @Override
      public void close() {
        try {
          extractor.close();
        } finally {
          device.close();
        }
      }
    };
  }

  /** What the device does; the device is given back if it can't. */
  private static <T> T opened(TaskDevice device, Function<GpuMatchers, T> open) {
    try {
      return open.apply(Backends.matchers(device.config()));
    } catch (RuntimeException | LinkageError e) {
      device.close();
      throw e;
    }
  }
}
