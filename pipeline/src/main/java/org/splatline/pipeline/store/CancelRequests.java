package org.splatline.pipeline.store;

import java.util.Set;

/**
 * The requests to cancel that a run's driver has received.
 *
 * @param all whether the whole run is to be cancelled
 * @param scenes names of the scenes to cancel
 */
public record CancelRequests(boolean all, Set<String> scenes) {
  public CancelRequests {
    scenes = Set.copyOf(scenes);
  }
}
