package org.splatline.pipeline.store;

import java.util.Map;
import java.util.TreeMap;

/** The complete result of a stage. */
public final class Artifact {
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

  /** Its files on this machine, for reading only. The caller closes the folder. */
  public LocalFolder fetch() {
    return folder.fetch();
  }
}
