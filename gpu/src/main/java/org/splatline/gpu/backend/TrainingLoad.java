package org.splatline.gpu.backend;

import java.util.List;

/**
 * What a training will need on a device. A backend uses it to plan memory before training starts.
 *
 * @param maxGaussians largest number of Gaussians that it may grow to
 * @param precision how numbers are stored
 * @param targets the pictures, at the largest size that they are trained at
 * @param masked whether masks are learned
 * @param accumulates whether gradients of several views are added up
 */
public record TrainingLoad(
    int maxGaussians,
    Precision precision,
    List<Target> targets,
    boolean masked,
    boolean accumulates) {
  public TrainingLoad {
    targets = List.copyOf(targets);
  }

  /** A training without masks and without sums of gradients. */
  public TrainingLoad(int maxGaussians, Precision precision, List<Target> targets) {
    this(maxGaussians, precision, targets, false, false);
  }
}
