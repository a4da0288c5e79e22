package org.splatline.pipeline.input;

import java.io.Serializable;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.Place;

/**
 * A scene to work on.
 *
 * @param runId the run that works on it
 * @param id its folder's name, or its name in a manifest
 * @param place its folder or archive
 * @param priority against other scenes
 * @param tenant whose scene it is; empty if the batch names nobody
 * @param refusal why its place must not be opened, one sentence; empty: it may
 */
public record SceneSource(
    String runId, String id, Place place, ScenePriority priority, String tenant, String refusal)
    implements Serializable {

  /** A scene whose place may be opened. */
  public SceneSource(String runId, String id, Place place, ScenePriority priority, String tenant) {
    this(runId, id, place, priority, tenant, "");
  }

  /** Its place as text, for rows and messages. */
  public String uri() {
    return place.toString();
  }

  /** Throws {@link SceneException} HOSTILE_INPUT when its place must not be opened. */
  public void requireAllowed() {
    if (!refusal.isEmpty()) {
      throw new SceneException(Verdict.HOSTILE_INPUT, refusal);
    }
  }
}
