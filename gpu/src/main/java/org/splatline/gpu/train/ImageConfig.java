package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * Size and background of the pictures.
 *
 * @param reduce pictures of 1/reduce of each side, at least 1
 * @param background behind transparent pixels and the splat
 */
public record ImageConfig(double reduce, Background background) implements Serializable {

  /** What shows where nothing is. */
  public enum Background {
    WHITE,
    BLACK,
    /** Another colour each training step; evaluation is on black. */
    RANDOM
  }

  public ImageConfig {
    checkArgument(
        reduce >= 1 && Double.isFinite(reduce),
        "Invalid image.reduce: %s is not at least 1",
        reduce);
  }

  /** A picture's side after reduction, px. */
  public int reducedSide(int side) {
    return (int) Math.max(1, Math.round(side / reduce));
  }
}
