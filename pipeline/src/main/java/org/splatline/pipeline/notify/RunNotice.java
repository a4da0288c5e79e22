package org.splatline.pipeline.notify;

import java.util.List;
import java.util.Map;

/**
 * The notification about the end of a run: the JSON that a webhook and an SNS topic receive.
 *
 * @param stoppedBecause why the run ended early; null: it did not
 * @param verdicts number of scenes per verdict
 * @param notDone scenes that are not done, at most {@link #MOST_SCENES}
 */
public record RunNotice(
    int schemaVersion,
    String runId,
    int exitCode,
    String stoppedBecause,
    int scenes,
    int scenesOk,
    Map<String, Integer> verdicts,
    double seconds,
    String resultsUri,
    String tablesUri,
    List<Scene> notDone) {
  /** A longer list does not help its readers. */
  public static final int MOST_SCENES = 20;

  public RunNotice {
    notDone = List.copyOf(notDone);
  }

  /** A scene that is not done, and why. */
  public record Scene(String sceneId, String verdict, String verdictDetail) {}

  /** The notification in one line. */
  public String title() {
    return "Splatline run %s: %d of %d scenes done, exit code %d"
        .formatted(runId, scenesOk, scenes, exitCode);
  }
}
