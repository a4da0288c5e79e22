package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * Size, background and ignored pixels of the pictures.
 *
 * @param reduce factor by which each side of a picture gets shorter, at least 1
 * @param background colour behind transparent pixels and behind the Gaussians
 * @param alpha what a photograph's transparent pixels mean
 */
public record ImageConfig(double reduce, Background background, Alpha alpha)
    implements Serializable {

  /** The colour behind everything. */
  public enum Background {
    WHITE,
    BLACK,
    /** A different colour in each training step; black in evaluation. */
    RANDOM
  }

  /** What transparent pixels mean. */
  public enum Alpha {
    /** The background is visible through them. */
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
  int reducedSide(int side) {
    return (int) Math.max(1, Math.round(side / reduce));
  }
}
