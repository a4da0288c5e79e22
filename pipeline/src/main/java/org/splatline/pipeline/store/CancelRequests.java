package org.splatline.pipeline.store;

import java.util.Set;

/**
 * What a run's driver was asked to cancel.
 *
 * @param all the whole run
 * @param scenes single scenes, by name
 */
public record CancelRequests(boolean all, Set<String> scenes) {
  public CancelRequests {
    scenes = Set.copyOf(scenes);
  }
}
