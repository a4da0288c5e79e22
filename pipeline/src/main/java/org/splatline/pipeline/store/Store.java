package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The place of all artifacts, results and states of runs:
 *
 * <pre>
 * artifacts/STAGE/KEY/COMPLETE.json                  names the folder with the artifact
 * artifacts/STAGE/KEY/USED.json                      when a run last used it again
 * artifacts/STAGE/KEY/PUBLISHED.json                 the last attempt that refers to it: it is kept
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

  static final String MARKER = "COMPLETE.json";
  static final String USED = "USED.json";
  static final String PUBLISHED = "PUBLISHED.json";

  /** How exactly it is known when an artifact was used last. */
  static final Duration USED_TO_WITHIN = Duration.ofDays(1);

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

  /** The complete artifact of this key; empty if there is none. */
  public Optional<Artifact> find(ContentKey key) {
    return find(place(key));
  }

  private static Optional<Artifact> find(Location place) {
    return place
        .find(MARKER)
        .map(json -> Json.read(json, Marker.class))
        .map(marker -> new Artifact(place.at(marker.folder()), marker.files()));
  }

  /**
   * The complete artifact of this key, for a run that will need it again: {@link UnusedArtifacts}
   * keeps it while the run lives. Empty if there is none.
   */
  public Optional<Artifact> use(ContentKey key) {
    Location place = place(key);
    Optional<Artifact> found = find(place);
    if (found.isEmpty() || isUsedSince(place, Instant.now().minus(USED_TO_WITHIN))) {
      return found;
    }
    try {
      place.write(USED, Json.write(Map.of("used_at", Instant.now())));
    } catch (UncheckedIOException e) {
      if (find(place).isPresent()) {
        throw e;
      }
      return Optional.empty(); // its folder was deleted meanwhile
    }
    return find(place); // who deletes it deletes the marker first, and then looks for USED
  }

  static boolean isUsedSince(Location place, Instant time) {
    return place.at(USED).asFile().filter(file -> file.modifiedAt().isAfter(time)).isPresent();
  }

  /**
   * Makes an artifact the files of an attempt that is published next. The attempt refers to it, and
   * {@link UnusedArtifacts} keeps it for good.
   */
  public Artifact publish(ContentKey key, Location attempt) {
    Artifact artifact = find(key).orElseThrow();
    place(key).write(PUBLISHED, Json.write(Map.of("published_by", attempt.uri())));
    artifact.referFrom(attempt);
    return artifact;
  }

  /**
   * Stores {@code folder}'s files under {@code key}, unless another writer was first. Each writer
   * uploads to a folder of its own. The marker is created last and names the folder that counts, so
   * files of two writers never mix.
   *
   * @return the other writer's artifact; empty if this writer's files are stored
   */
  public Optional<Artifact> keep(ContentKey key, Path folder) {
    Location place = place(key);
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
    return checkpoints().at(training.hash());
  }

  private Location place(ContentKey key) {
    return artifacts().at(key.stage() + "/" + key.hash());
  }

  /** One folder per stage, each with one folder per key. */
  Location artifacts() {
    return root.at("artifacts");
  }

  /** One folder per unfinished training. */
  Location checkpoints() {
    return root.at("checkpoints");
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
