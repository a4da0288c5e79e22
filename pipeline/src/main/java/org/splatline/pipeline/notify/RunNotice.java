package org.splatline.pipeline.notify;

import java.util.List;
import java.util.Map;

/**
 * What is told of a run that ended: the JSON that a webhook and an SNS topic get.
 *
 * @param stoppedBecause null: it didn't end early
 * @param verdicts scenes by verdict
 * @param notDone at most {@link #MOST_SCENES} scenes that aren't done
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
  /** More don't help who reads it. */
  public static final int MOST_SCENES = 20;

  public RunNotice {
    notDone = List.copyOf(notDone);
  }

  /** One that isn't done, and why. */
  public record Scene(String sceneId, String verdict, String verdictDetail) {}

  /** One line. */
  public String title() {
    return "Splatline run %s: %d of %d scenes done, exit code %d"
        .formatted(runId, scenesOk, scenes, exitCode);
  }
}
