package org.splatline.gpu.sift;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Collects features. */
public final class FeatureList {
  private final List<float[]> keypoints = new ArrayList<>();
  private final ByteArrayOutputStream descriptors = new ByteArrayOutputStream();

  /**
   * Adds a feature.
   *
   * @param octave in which it was found, from 0
   * @param x in px of the octave; 0 is the middle of the first pixel
   * @param y as x
   * @param scale in px of the octave
   * @param orientation in turns
   * @param bytes its descriptor, from {@code from} on
   */
  public void add(
      int octave, float x, float y, float scale, float orientation, byte[] bytes, int from) {
    float step = SiftRule.step(octave);
    float cosine = scale * step * SiftMath.cosine(orientation);
    float sine = scale * step * SiftMath.sine(orientation);
    keypoints.add(new float[] {x * step + 0.5f, y * step + 0.5f, cosine, -sine, sine, cosine});
    descriptors.write(bytes, from, Features.DESCRIPTOR);
  }

  public Features features() {
    float[] all = new float[Features.KEYPOINT * keypoints.size()];
    for (int i = 0; i < keypoints.size(); i++) {
      System.arraycopy(keypoints.get(i), 0, all, Features.KEYPOINT * i, Features.KEYPOINT);
    }
    return new Features(all, descriptors.toByteArray());
  }
}
