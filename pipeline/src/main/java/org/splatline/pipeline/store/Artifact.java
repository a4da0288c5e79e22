package org.splatline.pipeline.store;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** The complete result of a stage. */
public final class Artifact {
  /** An attempt's file that says which artifact has its model. */
  private static final String REFERENCE = "ARTIFACT.json";

  private final Location folder;
  private final Map<String, Long> files;

  Artifact(Location folder, Map<String, Long> files) {
    this.folder = folder;
    this.files = new TreeMap<>(files);
  }

  public String uri() {
    return folder.uri();
  }

  /** The size of each file in bytes, by relative path. */
  public Map<String, Long> files() {
    return Map.copyOf(files);
  }

  public byte[] read(String path) {
    return folder.read(path);
  }

  /**
   * Copies some of its files below {@code target} and replaces earlier ones.
   *
   * @param paths where each file goes, by its path here
   */
  public void copyTo(Location target, Map<String, String> paths) {
    folder.copy(paths, target);
  }

  void referFrom(Location attempt) {
    attempt.write(REFERENCE, Json.write(new Reference(folder.uri())));
  }

  /**
   * The folder with an attempt's model: an artifact's, or the attempt's own if an earlier version
   * of Splatline copied the model there.
   */
  public static Location modelOf(Location attempt, Configuration hadoop) {
    return attempt
        .find(REFERENCE)
        .map(json -> Json.read(json, Reference.class))
        .map(reference -> Location.open(reference.folder(), hadoop))
        .orElse(attempt);
  }

  private record Reference(String folder) {}

  /** Its files on this machine, for reading only. The caller closes the folder. */
  public LocalFolder fetch() {
    return folder.fetch();
  }
}
