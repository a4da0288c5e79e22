package org.splatline.gpu.sift;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.match.DescriptorSource;

/**
 * The features of a picture as COLMAP keeps them. Arrays are not copied.
 *
 * @param keypoints [N, 6] x, y in px; then s cos t, -s sin t, s sin t, s cos t, with scale s in px
 *     and orientation t, clockwise from x
 * @param descriptors [N, 128] unsigned; 512 times the square root of shares whose sum is 1
 */
public record Features(float[] keypoints, byte[] descriptors) {
  /** Numbers of a keypoint. */
  public static final int KEYPOINT = 6;

  /** Bytes of a descriptor. */
  public static final int DESCRIPTOR = DescriptorSource.WIDTH;

  public Features {
    checkArgument(
        keypoints.length % KEYPOINT == 0
            && descriptors.length == keypoints.length / KEYPOINT * DESCRIPTOR,
        "Invalid features: %s numbers of keypoints, %s bytes of descriptors",
        keypoints.length,
        descriptors.length);
  }

  public int size() {
    return keypoints.length / KEYPOINT;
  }

  public float x(int feature) {
    return keypoints[KEYPOINT * feature];
  }

  public float y(int feature) {
    return keypoints[KEYPOINT * feature + 1];
  }

  /** The features of the same picture at another size, so many times as wide and high. */
  public Features scaled(float across, float down) {
    float[] scaled = keypoints.clone();
    for (int at = 0; at < scaled.length; at += KEYPOINT) {
      scaled[at] *= across;
      scaled[at + 1] *= down;
      scaled[at + 2] *= across;
      scaled[at + 3] *= across;
      scaled[at + 4] *= down;
      scaled[at + 5] *= down;
    }
    return new Features(scaled, descriptors);
  }
}
