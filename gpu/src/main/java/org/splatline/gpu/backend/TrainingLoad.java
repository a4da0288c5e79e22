package org.splatline.gpu.backend;

import java.util.List;

/**
 * What a training will ask of a device, so that memory can be planned before it starts.
 *
 * @param maxGaussians it grows to at most
 * @param precision of what is stored
 * @param targets at the largest size they are trained at
 */
public record TrainingLoad(int maxGaussians, Precision precision, List<Target> targets) {
  public TrainingLoad {
    targets = List.copyOf(targets);
  }
}
