package org.splatline.gpu.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the frames of a video that become photographs: about the same motion lies between two
 * neighbours, and each is the sharpest frame near its place.
 */
final class FrameChoice {
  /** Frames whose motion is within this share of the step count as near. */
  private static final double NEAR = 0.25;

  private FrameChoice() {}

  /**
   * @param motion up to each frame, never falling
   * @param most number of frames
   * @param spacing least motion between two of them
   * @return indices, rising, at least one unless there is no frame
   */
  static List<Integer> of(double[] motion, double[] sharpness, int most, double spacing) {
    List<Integer> chosen = new ArrayList<>();
    if (motion.length == 0) {
      return chosen;
    }
    double whole = motion[motion.length - 1];
    int count = (int) Math.min(Math.min(most, motion.length), 1 + Math.floor(whole / spacing));
    double step = count == 1 ? Double.POSITIVE_INFINITY : whole / (count - 1);
    int from = 0;
    for (int i = 0; i < count && from < motion.length; i++) {
      double target = count == 1 ? 0 : i * step;
      int best = sharpestNear(motion, sharpness, from, target, NEAR * step);
      chosen.add(best);
      from = best + 1;
    }
    return chosen;
  }

  /** The nearest frame counts even where motion jumps over all that is near. */
  private static int sharpestNear(
      double[] motion, double[] sharpness, int from, double target, double near) {
    int nearest = from;
    int sharpest = -1;
    for (int i = from; i < motion.length && motion[i] <= target + near; i++) {
      if (Math.abs(motion[i] - target) < Math.abs(motion[nearest] - target)) {
        nearest = i;
      }
      if (motion[i] >= target - near && (sharpest < 0 || sharpness[i] > sharpness[sharpest])) {
        sharpest = i;
      }
    }
    return sharpest < 0 ? nearest : sharpest;
  }
}
