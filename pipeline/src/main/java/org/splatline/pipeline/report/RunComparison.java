package org.splatline.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.splatline.pipeline.report.SceneComparison.Outcome;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The comparison of two runs, scene by scene.
 *
 * @param scenes the scenes of both runs, sorted by name
 * @param onlyBefore names of scenes that only the first run has
 * @param onlyAfter names of scenes that only the second run has
 */
public record RunComparison(
    int schemaVersion,
    String before,
    String after,
    Thresholds thresholds,
    int better,
    int equal,
    int worse,
    List<SceneComparison> scenes,
    List<String> onlyBefore,
    List<String> onlyAfter) {

  public RunComparison {
    scenes = List.copyOf(scenes);
    onlyBefore = List.copyOf(onlyBefore);
    onlyAfter = List.copyOf(onlyAfter);
  }

  /** Compares the rows of both runs. */
  public static RunComparison of(RunRows before, RunRows after, Thresholds thresholds) {
    Map<String, SceneRunRow> left = new TreeMap<>();
    before.scenes().forEach(row -> left.put(row.sceneId(), row));
    List<SceneComparison> scenes = new ArrayList<>();
    List<String> onlyAfter = new ArrayList<>();
    for (SceneRunRow row : after.scenes()) {
      SceneRunRow earlier = left.remove(row.sceneId());
      if (earlier == null) {
        onlyAfter.add(row.sceneId());
      } else {
        scenes.add(
            SceneComparison.of(
                earlier,
                row,
                before.bytes().getOrDefault(row.sceneId(), Map.of()),
                after.bytes().getOrDefault(row.sceneId(), Map.of()),
                thresholds));
      }
    }
    return new RunComparison(
        1,
        before.run().runId(),
        after.run().runId(),
        thresholds,
        count(scenes, Outcome.BETTER),
        count(scenes, Outcome.EQUAL),
        count(scenes, Outcome.WORSE),
        scenes,
        List.copyOf(left.keySet()),
        onlyAfter);
  }

  private static int count(List<SceneComparison> scenes, Outcome outcome) {
    return (int) scenes.stream().filter(scene -> scene.outcome() == outcome).count();
  }
}
