package org.splatline.pipeline.input;

import java.io.Serializable;
import org.splatline.pipeline.store.Place;

/**
 * A scene to work on.
 *
 * @param runId the run that works on it
 * @param id its folder's name, or its name in a manifest
 * @param place its folder or archive
 * @param priority against other scenes
 * @param tenant whose scene it is; empty if the batch names nobody
 */
public record SceneSource(
    String runId, String id, Place place, ScenePriority priority, String tenant)
    implements Serializable {

  /** Its place as text, for rows and messages. */
  public String uri() {
    return place.toString();
  }
}
