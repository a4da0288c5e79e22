package org.splatline.gpu.cuda;

import java.util.Arrays;
import java.util.Map;
import org.splatline.gpu.sift.GreyPicture;

/** Times the extraction of features from a photograph, and each of its kernels. */
public final class FeatureBenchmark {
  private FeatureBenchmark() {}

  /**
   * What was measured.
   *
   * @param milliseconds wall-clock time of one extraction: the median
   * @param kernels milliseconds of each kernel on the device, for all its launches together
   */
  public record Result(
      int features, double milliseconds, Map<String, Double> kernels, long deviceBytes) {}

  /**
   * Finds a picture's features {@code repeats} times, after once to warm up.
   *
   * @param most as in {@link org.splatline.gpu.sift.FeatureExtractor#extract}
   */
  public static Result measure(CudaBackend backend, GreyPicture picture, int most, int repeats) {
    try (CudaFeatureExtractor extractor = backend.featureExtractor()) {
      int features = extractor.extract(picture, most).size();
      double[] milliseconds = new double[repeats];
      for (int i = 0; i < repeats; i++) {
        long start = System.nanoTime();
        extractor.extract(picture, most);
        milliseconds[i] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(milliseconds);
      return new Result(
          features, milliseconds[repeats / 2], extractor.timed(picture, most), backend.liveBytes());
    }
  }
}
