package org.splatline.gpu.backend;

import java.util.List;

/**
 * What a training will ask of a device, so that memory can be planned before it starts.
 *
 * @param maxGaussians it grows to at most
 * @param precision of what is stored
 * @param targets at the largest size they are trained at
 * @param masked whether masks are learned
 */
public record TrainingLoad(
    int maxGaussians, Precision precision, List<Target> targets, boolean masked) {
  public TrainingLoad {
    targets = List.copyOf(targets);
  }

  /** Without masks. */
  public TrainingLoad(int maxGaussians, Precision precision, List<Target> targets) {
    this(maxGaussians, precision, targets, false);
  }
}
