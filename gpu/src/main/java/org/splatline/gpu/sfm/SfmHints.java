package org.splatline.gpu.sfm;

import java.io.Serializable;

/**
 * What is known about a scene's photographs before COLMAP runs.
 *
 * @param frames whether they are a video's frames, in order of their names
 * @param withPosition how many have a GPS position
 */
public record SfmHints(boolean frames, int withPosition) implements Serializable {
  /** Nothing is known. */
  public static final SfmHints NONE = new SfmHints(false, 0);
}
