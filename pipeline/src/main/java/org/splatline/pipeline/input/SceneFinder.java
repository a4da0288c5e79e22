package org.splatline.pipeline.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/**
 * Finds the scenes of a batch: the folders, archives and videos directly below one place, or the
 * ones that a {@link BatchManifest} names.
 */
public final class SceneFinder {
  private static final Pattern SAFE_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,200}");

  private SceneFinder() {}

  /**
   * The scenes of {@code input}, in order of their names. Hidden folders do not count.
   *
   * @param config says which scenes to take, and which ones go first
   * @throws ConfigException when there is no such place, it holds no scene, a scene of {@code
   *     input.scenes} is absent, or two scenes have the same name
   */
  public static List<SceneSource> find(String runId, Location input, InputConfig config) {
    Map<String, BatchManifest.Entry> present =
        input.name().endsWith(BatchManifest.SUFFIX) ? BatchManifest.read(input) : below(input);
    List<String> wanted = config.scenes();
    List<SceneSource> scenes = new ArrayList<>();
    for (String name : wanted.isEmpty() ? present.keySet() : new TreeSet<>(wanted)) {
      BatchManifest.Entry entry = present.get(name);
      if (entry == null) {
        throw new ConfigException(
            "Cannot find scene %s of input.scenes: %s holds %s. Name one of these"
                .formatted(name, input, first(List.copyOf(present.keySet()))));
      }
      scenes.add(
          new SceneSource(
              runId, name, entry.place(), priority(config, name, entry), entry.tenant()));
    }
    return scenes;
  }

  private static Map<String, BatchManifest.Entry> below(Location input) {
    Map<String, BatchManifest.Entry> present = new TreeMap<>();
    for (String folder : input.folders()) {
      if (isScene(folder)) {
        put(present, folder, input.at(folder).place());
      }
    }
    for (String file : input.fileNames()) {
      SceneInput.sceneName(file)
          .filter(SceneFinder::isScene)
          .ifPresent(name -> put(present, name, input.at(file).place()));
    }
    if (present.isEmpty()) {
      throw new ConfigException(nothingThere(input));
    }
    return new LinkedHashMap<>(present);
  }

  private static void put(Map<String, BatchManifest.Entry> present, String name, Place place) {
    BatchManifest.Entry other = present.put(name, new BatchManifest.Entry(place, null, ""));
    if (other != null) {
      throw new ConfigException(
          "Cannot tell which is scene %s: there are %s and %s. Rename one of them"
              .formatted(name, other.place(), place));
    }
  }

  private static ScenePriority priority(
      InputConfig config, String name, BatchManifest.Entry entry) {
    if (config.first().contains(name)) {
      return ScenePriority.HIGH;
    }
    if (config.last().contains(name)) {
      return ScenePriority.LOW;
    }
    return entry.priority() == null ? ScenePriority.NORMAL : entry.priority();
  }

  /** Whether a scene may have this name: it is used in paths and tables. */
  static boolean isScene(String name) {
    return !name.startsWith(".")
        && !name.startsWith("_")
        && !name.startsWith("-")
        && SAFE_NAME.matcher(name).matches();
  }

  private static String nothingThere(Location input) {
    int files = input.fileNames().size();
    if (files > 0) {
      return "Cannot find scenes in %s: it holds %d files, but no folder, archive or video. Give input.path the folder above: each folder, .zip, .tar.gz or .mp4 directly below it is one scene"
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
