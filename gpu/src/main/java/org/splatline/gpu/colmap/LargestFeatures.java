package org.splatline.gpu.colmap;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.sift.Features;

/**
 * The features of the largest scale of each photograph.
 *
 * @param most of a photograph
 */
record LargestFeatures(FeatureDatabase database, int most) implements DescriptorSource {
  @Override
  public int photographs() {
    return database.photographs();
  }

  @Override
  public int features(int photograph) {
    return Math.min(most, database.features(photograph));
  }

  @Override
  public byte[] descriptors(int photograph) {
    byte[] all = database.descriptors(photograph);
    byte[] some = new byte[WIDTH * features(photograph)];
    int[] order = bySize(photograph);
    for (int i = 0; i < features(photograph); i++) {
      System.arraycopy(all, WIDTH * order[i], some, WIDTH * i, WIDTH);
    }
    return some;
  }

  /** A photograph's features, those of the largest scale first. */
  private int[] bySize(int photograph) {
    float[] values = database.keypoints(photograph);
    double[] sizes = new double[database.features(photograph)];
    for (int i = 0; i < sizes.length; i++) {
      int at = Features.KEYPOINT * i;
      sizes[i] =
          Math.hypot(values[at + 2], values[at + 4]) + Math.hypot(values[at + 3], values[at + 5]);
    }
    return IntStream.range(0, sizes.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -sizes[i]))
        .mapToInt(i -> i)
        .toArray();
  }
}
