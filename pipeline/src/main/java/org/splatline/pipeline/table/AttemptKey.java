package org.splatline.pipeline.table;

import java.io.Serializable;

/**
 * Which attempt at which scene of which run a row belongs to.
 *
 * @param attempt from 1
 * @param tenant whose scene it is; empty if the batch names nobody, and in rows of version 2
 */
public record AttemptKey(String runId, String sceneId, int attempt, String tenant)
    implements Serializable {
  public AttemptKey {
    tenant = tenant == null ? "" : tenant;
  }
}
