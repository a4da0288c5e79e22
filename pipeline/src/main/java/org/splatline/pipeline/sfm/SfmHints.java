package org.splatline.pipeline.sfm;

import java.io.Serializable;

/**
 * What is known of a scene's photographs before COLMAP sees them.
 *
 * @param frames whether they are a video's, in order of their names
 * @param withPosition how many carry GPS
 */
public record SfmHints(boolean frames, int withPosition) implements Serializable {
  /** Nothing is known. */
  public static final SfmHints NONE = new SfmHints(false, 0);
}
