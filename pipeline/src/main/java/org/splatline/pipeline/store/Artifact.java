package org.splatline.pipeline.store;

import java.util.Map;
import java.util.TreeMap;

/** What a stage made, complete. */
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

  /** Bytes of each file by its relative path. */
  public Map<String, Long> files() {
    return Map.copyOf(files);
  }

  public byte[] read(String path) {
    return folder.read(path);
  }

  /** Copies its files below {@code target}, replacing what is there. */
  public void copyTo(Location target) {
    files.keySet().forEach(path -> folder.copy(path, target));
  }

  /** Its files on this machine, only to be read; the caller closes it. */
  public LocalFolder fetch() {
    return folder.fetch();
  }
}
