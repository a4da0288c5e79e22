package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * Size, background and ignored pixels of the pictures.
 *
 * @param reduce pictures of 1/reduce of each side, at least 1
 * @param background behind transparent pixels and the splat
 * @param alpha what a photograph's transparent pixels mean
 */
public record ImageConfig(double reduce, Background background, Alpha alpha)
    implements Serializable {

  /** What shows where nothing is. */
  public enum Background {
    WHITE,
    BLACK,
    /** Another colour each training step; evaluation is on black. */
    RANDOM
  }

  /** What transparent pixels mean. */
  public enum Alpha {
    /** The background shows through. */
    COMPOSITE,
    /** They are ignored. */
    MASK
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
