package org.splatline.pipeline.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Location;

/**
 * Finds the scenes of a batch: the folders, archives and videos directly below one place, or the
 * ones that a {@link BatchManifest} names.
 */
public final class SceneFinder {
  private SceneFinder() {}

  /**
   * The scenes of {@code input}, in order of their names. Hidden folders do not count. A folder has
   * its name; so has an archive or video without its ending, unless that name is taken: then all
   * that would have it keep their endings. What cannot be a scene, such as a link, is one with a
   * refusal, under an escaped name where its own isn't plain.
   *
   * @param config says which scenes to take, and which ones go first
   * @throws ConfigException when there is no such place, it holds no scene, a scene of {@code
   *     input.scenes} is absent
   */
  public static List<SceneSource> find(String runId, Location input, InputConfig config) {
    Map<String, BatchManifest.Entry> present =
        input.name().endsWith(BatchManifest.SUFFIX)
            ? BatchManifest.read(input, config.roots())
            : below(input);
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
              runId,
              name,
              entry.place(),
              priority(config, name, entry),
              entry.tenant(),
              entry.refusal()));
    }
    return scenes;
  }

  private static Map<String, BatchManifest.Entry> below(Location input) {
    Map<String, BatchManifest.Entry> present = new TreeMap<>();
    for (String folder : input.folders()) {
      if (!SceneNames.isHidden(folder)) {
        put(present, folder, folder, input);
      }
    }
    Map<String, List<String>> files = new TreeMap<>();
    for (String file : input.fileNames()) {
      name(file, input)
          .filter(name -> !SceneNames.isHidden(name))
          .ifPresent(name -> files.computeIfAbsent(name, none -> new ArrayList<>()).add(file));
    }
    files.forEach(
        (name, alike) -> {
          boolean isTaken = alike.size() > 1 || present.containsKey(name);
          alike.forEach(file -> put(present, isTaken ? file : name, file, input));
        });
    if (present.isEmpty()) {
      throw new ConfigException(nothingThere(input));
    }
    return present;
  }

  /** The scene's name; empty: the file is not meant as a scene. */
  private static Optional<String> name(String file, Location input) {
    return SceneInput.sceneName(file)
        .or(
            () ->
                FileNames.isText(file)
                    ? input.at(file).oddity().map(odd -> file)
                    : Optional.empty());
  }

  /**
   * @param name the scene's, if it can have it
   * @param file of the folder, archive or video
   */
  private static void put(
      Map<String, BatchManifest.Entry> present, String name, String file, Location input) {
    Optional<String> misnomer = SceneNames.objection(name);
    Optional<String> objection =
        misnomer
            .map("the name of its folder or file %s. Rename it"::formatted)
            .or(
                () ->
                    input
                        .at(file)
                        .oddity()
                        .map("its folder or file %s. Put the files themselves there"::formatted));
    String id = unused(present, misnomer.isEmpty() ? name : SceneNames.escaped(name));
    present.put(
        id,
        new BatchManifest.Entry(
            input.at(misnomer.isEmpty() ? file : id).place(), // else only shown
            null,
            "",
            objection.map(why -> "Cannot ingest scene %s: %s.".formatted(id, why)).orElse("")));
  }

  /** Names whose bytes aren't text may look the same. */
  private static String unused(Map<String, BatchManifest.Entry> present, String id) {
    String unused = id;
    for (int i = 2; present.containsKey(unused); i++) {
      unused = id + "-" + i;
    }
    return unused;
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
