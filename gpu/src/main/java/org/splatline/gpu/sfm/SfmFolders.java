package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a reconstruction keeps its files.
 *
 * @param images the photographs, read-only
 * @param work everything that is written
 */
record SfmFolders(Path images, Path work) {
  private static final String LOGS = "logs";

  Path database() {
    return databaseIn(work);
  }

  /** The names of the photographs that COLMAP reads, one per line. */
  Path imageList() {
    return work.resolve("images.txt");
  }

  /** The sub-models of all rungs. */
  Path models() {
    return work.resolve("models");
  }

  /** The sub-models of one rung: 0, 1, …. */
  Path models(Rung rung) {
    return models().resolve(Integer.toString(rung.number()));
  }

  /** The result: {@code images/} and {@code sparse/0/}, pinhole. */
  Path scene() {
    return work.resolve("scene");
  }

  Path logs() {
    return work.resolve(LOGS);
  }

  Path log(String command) {
    return logs().resolve(command + ".log");
  }

  /** Deletes the files of an earlier attempt, creates the folders and writes the image list. */
  void prepare(PhotographList photographs) throws IOException {
    Files.createDirectories(work);
    deleteDatabase();
    for (Path folder : List.of(models(), scene(), logs())) {
      delete(folder);
      Files.createDirectories(folder);
    }
    Files.write(imageList(), photographs.names());
  }

  /** Features for another machine: a folder without photographs. */
  Path features() {
    return work.resolve("features");
  }

  /** The database in a folder of features. */
  static Path databaseIn(Path features) {
    return features.resolve("database.db");
  }

  /** Moves the database and the logs into the folder of features. */
  Path keepFeatures(SfmFeatures record) throws IOException {
    delete(features());
    Files.createDirectories(features());
    Files.move(database(), databaseIn(features()));
    Files.move(logs(), features().resolve(LOGS));
    record.writeTo(features());
    return features();
  }

  /** Copies what {@link #keepFeatures} has moved, to where it was. */
  void takeFeatures(Path features) throws IOException {
    copyFeatures(features, work);
  }

  /** Copies the database and the logs of a folder of features into another folder. */
  static void copyFeatures(Path features, Path target) throws IOException {
    Files.copy(databaseIn(features), databaseIn(target));
    Path logs = Files.createDirectories(target.resolve(LOGS));
    for (Path log : filesIn(features.resolve(LOGS))) {
      Files.copy(log, logs.resolve(log.getFileName()));
    }
  }

  /** Deletes the database, with the files in which SQLite keeps recent changes. */
  void deleteDatabase() throws IOException {
    for (String end : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(database().resolveSibling(database().getFileName() + end));
    }
  }

  /** The bytes of the files that COLMAP reads. */
  long photographBytes(PhotographList photographs) throws IOException {
    long bytes = 0;
    for (String name : photographs.names()) {
      bytes += Files.size(images().resolve(name));
    }
    return bytes;
  }

  /** The bytes that are free where COLMAP works. */
  long freeBytes() throws IOException {
    return Files.getFileStore(work).getUsableSpace();
  }

  /**
   * Arranges the output of COLMAP's undistorter as a scene folder. Returns the number of its
   * pictures.
   */
  long arrangeScene() throws IOException {
    Path sparse = scene().resolve("sparse");
    Path model = Files.createDirectories(sparse.resolve("0"));
    for (Path file : filesIn(sparse)) {
      Files.move(file, model.resolve(file.getFileName()));
    }
    delete(scene().resolve("stereo")); // only dense stereo needs these
    for (Path script : filesIn(scene())) {
      Files.delete(script);
    }
    return filesIn(scene().resolve("images")).size();
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
