package org.splatline.pipeline.job;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.InputConfig;
import org.splatline.pipeline.store.Location;

/** Finds the scenes of a batch: the folders directly below one place. */
final class SceneSources {
  private static final Pattern SAFE_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,200}");

  private SceneSources() {}

  /**
   * The scenes below {@code input}, in order of their names; hidden folders are none.
   *
   * @param config names the scenes wanted, and which go first
   * @throws ConfigException when there is no such folder, no scene in it, or a wanted one is absent
   */
  static List<SceneSource> find(String runId, Location input, InputConfig config) {
    List<String> wanted = config.scenes();
    List<String> present = input.folders().stream().filter(SceneSources::isScene).toList();
    if (present.isEmpty()) {
      throw new ConfigException(nothingThere(input));
    }
    List<SceneSource> scenes = new ArrayList<>();
    for (String name : wanted.isEmpty() ? present : List.copyOf(new TreeSet<>(wanted))) {
      if (!present.contains(name)) {
        throw new ConfigException(
            "Cannot find scene %s of input.scenes: %s holds %s. Name one of these"
                .formatted(name, input, first(present)));
      }
      scenes.add(new SceneSource(runId, name, input.at(name).uri(), priority(config, name)));
    }
    return scenes;
  }

  private static ScenePriority priority(InputConfig config, String name) {
    return config.first().contains(name)
        ? ScenePriority.HIGH
        : config.last().contains(name) ? ScenePriority.LOW : ScenePriority.NORMAL;
  }

  private static boolean isScene(String name) {
    return !name.startsWith(".") && !name.startsWith("_") && SAFE_NAME.matcher(name).matches();
  }

  private static String nothingThere(Location input) {
    int files = input.fileNames().size();
    if (files > 0) {
      return "Cannot find scenes in %s: it holds %d files and no folder. Give input.path the folder above: each folder directly below it is one scene"
          .formatted(input, files);
    }
    return input.exists()
        ? "Cannot find scenes in %s: it is empty. Put each scene's photographs into a folder of its own there"
            .formatted(input)
        : "Cannot find scenes in %s: there is no such folder. Give input.path a folder or an s3a:// prefix that holds a folder for each scene"
            .formatted(input);
  }

  private static String first(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(10, names.size())));
    return names.size() > 10 ? shown + ", …" : shown;
  }
}
