package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The place of all artefacts, results and states of runs:
 *
 * <pre>
 * artifacts/STAGE/KEY/COMPLETE.json                  names the folder with the artefact
 * checkpoints/KEY/                                   of the unfinished training with this key
 * runs/RUN/scenes/SCENE/attempts/N/                  one attempt's files
 * runs/RUN/scenes/SCENE/RESULT.json                  the scene's final answer in the run
 * runs/RUN/commits/N.json                            a group of rows for the tables
 * runs/RUN/cancel/                                   requests to the driver, one file each
 * runs/RUN/LEASE.json                                the driver at work
 * runs/RUN/lease/N.json                              who took the run for the Nth time
 * runs/RUN/STATUS.json                               the run's progress
 * runs/RUN/SUMMARY.json                              how the run ended
 * results/SCENE/                                     the last published model of a scene
 * results/_assets/                                   scripts and styles of the scenes' pages
 * </pre>
 */
public final class Store {
  /** The folder in {@link #results} that the pages of all scenes share. No scene has this name. */
  public static final String PAGE_PARTS = "_assets";

  private static final String MARKER = "COMPLETE.json";

  private final Location root;

  private Store(Location root) {
    this.root = root;
  }

  public static Store open(String place, Configuration hadoop) {
    return new Store(Location.open(place, hadoop));
  }

  public static Store open(Place place, Configuration hadoop) {
    return new Store(Location.open(place, hadoop));
  }

  /** Where it is, for another process that opens it. */
  public Place place() {
    return root.place();
  }

  public Location location() {
    return root;
  }

  /** Names of all runs, sorted. */
  public List<String> runs() {
    return root.at("runs").folders();
  }

  /** The files of one run. */
  public RunFolder run(String runId) {
    return new RunFolder(root.at("runs/" + runId));
  }

  /** The complete artefact of this key; empty if there is none. */
  public Optional<Artifact> find(ContentKey key) {
    Location place = place(key.stage(), key.hash());
    return place
        .find(MARKER)
        .map(json -> Json.read(json, Marker.class))
        .map(marker -> new Artifact(place.at(marker.folder()), marker.files()));
  }

  /**
   * Stores {@code folder}'s files under {@code key}, unless another writer was first. Each writer
   * uploads to a folder of its own. The marker is created last and names the folder that counts, so
   * files of two writers never mix.
   *
   * @return the other writer's artefact; empty if this writer's files are stored
   */
  public Optional<Artifact> keep(ContentKey key, Path folder) {
    Location place = place(key.stage(), key.hash());
    String name = UUID.randomUUID().toString();
    place.upload(folder, name);
    if (!place.createIfAbsent(MARKER, Json.write(new Marker(name, bytes(folder))))) {
      place.delete(name);
      return Optional.of(find(key).orElseThrow());
    }
    return Optional.empty();
  }

  /** The folder with one folder per scene, which has its results: docs/results-folder.md. */
  public Location results() {
    return root.at("results");
  }

  /** Names of the scenes that have results, sorted. */
  public List<String> scenesWithResults() {
    return results().folders().stream().filter(name -> !name.equals(PAGE_PARTS)).toList();
  }

  /** The place for checkpoints of the unfinished training with this key. */
  public Location checkpoints(ContentKey training) {
    return root.at("checkpoints/" + training.hash());
  }

  private Location place(String stage, String hash) {
    return root.at("artifacts/" + stage + "/" + hash);
  }

  private static Map<String, Long> bytes(Path folder) {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.size(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
    return files;
  }

  private record Marker(String folder, Map<String, Long> files) {}
}
