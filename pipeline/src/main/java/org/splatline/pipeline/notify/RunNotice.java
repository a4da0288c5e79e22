package org.splatline.pipeline.notify;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Map;

/**
 * The notification about the end of a run: the JSON that a webhook and an SNS topic receive.
 *
 * @param stoppedBecause why the run ended early; null: it did not
 * @param verdicts number of scenes per verdict
 * @param qualities number of scenes per quality word, of those that are done
 * @param notDone scenes that are not done, at most {@link #MOST_SCENES}
 * @param poor scenes that are done and poor, at most as many
 */
public record RunNotice(
    int schemaVersion,
    String runId,
    int exitCode,
    String stoppedBecause,
    int scenes,
    int scenesOk,
    Map<String, Integer> verdicts,
    Map<String, Integer> qualities,
    double seconds,
    String resultsUri,
    String tablesUri,
    List<Scene> notDone,
    List<PoorScene> poor) {
  /** A longer list does not help its readers. */
  public static final int MOST_SCENES = 20;

  public RunNotice {
    notDone = List.copyOf(notDone);
    poor = List.copyOf(poor);
  }

  /** A scene that is not done, and why. */
  public record Scene(String sceneId, String verdict, String verdictDetail) {}

  /** A scene that is done and poor, and what would help. */
  public record PoorScene(String sceneId, double psnr, String qualityDetail) {}

  /** The notification in one line. */
  public String title() {
    String words =
        qualities.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(joining(", ", " (", ")"));
    return "Splatline run %s: %d of %d scenes done%s, exit code %d"
        .formatted(runId, scenesOk, scenes, qualities.isEmpty() ? "" : words, exitCode);
  }
}
