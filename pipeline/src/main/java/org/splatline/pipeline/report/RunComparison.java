package org.splatline.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.splatline.pipeline.report.SceneComparison.Outcome;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Two runs, scene by scene.
 *
 * @param scenes those that both have, in order of their names
 * @param onlyBefore names of scenes that the second run lacks
 * @param onlyAfter names of scenes that the first run lacks
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

  /** Compares what the tables say of both. */
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
