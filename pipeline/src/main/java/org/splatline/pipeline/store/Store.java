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
 * Where everything made is kept:
 *
 * <pre>
 * artifacts/STAGE/KEY/COMPLETE.json                  names the folder beside it that counts
 * artifacts/STAGE/KEY/checkpoints/                   of work that isn't done
 * runs/RUN/scenes/SCENE/attempts/N/                  what one attempt made
 * runs/RUN/scenes/SCENE/RESULT.json                  the scene's final answer in the run
 * runs/RUN/commits/N.json                            a group of rows for the tables
 * runs/RUN/cancel/                                   requests to the driver, a file each
 * runs/RUN/STATUS.json                               what the run is at
 * runs/RUN/SUMMARY.json
 * </pre>
 */
public final class Store {
  private static final String MARKER = "COMPLETE.json";

  private final Location root;

  private Store(Location root) {
    this.root = root;
  }

  public static Store open(String place, Configuration hadoop) {
    return new Store(Location.open(place, hadoop));
  }

  public Location location() {
    return root;
  }

  /** Names of the runs there are, in order. */
  public List<String> runs() {
    return root.at("runs").folders();
  }

  /** The files of one run. */
  public RunFolder run(String runId) {
    return new RunFolder(root.at("runs/" + runId));
  }

  /** What was made before under this key, if it is complete. */
  public Optional<Artifact> find(ContentKey key) {
    Location place = place(key.stage(), key.hash());
    return place
        .find(MARKER)
        .map(json -> Json.read(json, Marker.class))
        .map(marker -> new Artifact(place.at(marker.folder()), marker.files()));
  }

  /**
   * Keeps {@code folder}'s files under {@code key}, unless another writer was first. Each writer
   * uploads to a folder of its own, and the marker, created last, names the one that counts: files
   * of two writers never mix.
   *
   * @return the other writer's files, which stay; empty: {@code folder}'s files are kept
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

  /** Where work on {@code key} that isn't done leaves its checkpoints. */
  public Location checkpoints(ContentKey key) {
    return place(key.stage(), key.hash()).at("checkpoints");
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
