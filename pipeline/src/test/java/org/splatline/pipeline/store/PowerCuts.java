package org.splatline.pipeline.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.splatline.gpu.io.AtomicFile;

/**
 * What power cuts leave of a store: its files are written once more, in the order in which they
 * were written, to a disk that keeps only what was synced. Delta's tables are lost in each cut.
 */
public final class PowerCuts {
  private static final String TABLES = "tables";

  private final Path store;
  private final List<Map<String, byte[]>> moments = new ArrayList<>();

  private PowerCuts(Path store) {
    this.store = store;
  }

  /**
   * Cuts the power after each step of writing this store.
   *
   * @param disk a new folder
   * @throws IllegalStateException if a cut leaves a part of a file
   */
  public static PowerCuts of(Path store, Path disk) throws IOException {
    PowerCuts cuts = new PowerCuts(store);
    cuts.write(Files.createDirectories(disk));
    return cuts;
  }

  private void write(Path folder) throws IOException {
    PowerCutDisk[] disk = new PowerCutDisk[1];
    disk[0] = new PowerCutDisk(folder, () -> moments.add(disk[0].afterPowerCut()));
    Location location = new LocalLocation(disk[0].folder());
    for (Path file : files()) {
      String path = store.relativize(file).toString();
      byte[] content = Files.readAllBytes(file);
      int before = moments.size();
      if (path.endsWith("RESULT.json") || path.contains("/commits/")) {
        location.createIfAbsent(path, content);
      } else {
        location.write(path, content);
      }
      moments.subList(before, moments.size()).forEach(files -> check(files, path, content));
      check(path, disk[0].afterPowerCut().get(path), content);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(store.resolve(TABLES)))
          .filter(file -> !AtomicFile.isPart(file.getFileName().toString()))
          .sorted(Comparator.comparing(file -> file.toFile().lastModified()))
          .toList();
    }
  }

  private static void check(Map<String, byte[]> files, String path, byte[] content) {
    if (files.containsKey(path)) {
      check(path, files.get(path), content);
    }
  }

  private static void check(String path, byte[] left, byte[] content) {
    if (!Arrays.equals(left, content)) {
      throw new IllegalStateException("A power cut left a part of " + path);
    }
  }

  /** The number of steps after which the power was cut. */
  public int moments() {
    return moments.size();
  }

  /** Replaces the store by what the cut after a step left of it. Steps count from 0. */
  public void leave(int moment) throws IOException {
    LocalFolder.deleteTree(store);
    for (Map.Entry<String, byte[]> file : moments.get(moment).entrySet()) {
      Path target = store.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
  }
}
