package org.splatline.pipeline.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.LocalFolder;

/**
 * A folder with Delta tables that is made once per JVM and copied for each test, because making the
 * tables takes seconds and copying them takes milliseconds.
 */
public final class TableTemplate {
  private static final TableTemplate EMPTY =
      new TableTemplate("empty", folder -> tablesBelow(folder).createIfAbsent());

  private final String name;
  private final Consumer<Path> writer;
  private Path made; // null until it is needed

  /**
   * @param writer writes the template into a folder
   */
  TableTemplate(String name, Consumer<Path> writer) {
    this.name = name;
    this.writer = writer;
  }

  /** Empty tables of this version in {@code tables/} below {@code folder}. */
  public static Tables emptyBelow(Path folder) {
    EMPTY.copyTo(folder);
    return tablesBelow(folder);
  }

  /** The tables in {@code tables/} below {@code folder}. */
  static Tables tablesBelow(Path folder) {
    return new Tables(SharedSpark.session(), folder.resolve("tables").toUri().toString());
  }

  /** Makes Delta read all tables again, after a test has changed their files. */
  public static void forgetTables() {
    DeltaLog.clearCache();
  }

  /** Copies the template into {@code target}. */
  synchronized void copyTo(Path target) {
    try {
      if (made == null) {
        Path folder = temporaryFolder(name);
        writer.accept(folder);
        made = folder;
      }
      copy(made, target);
      forgetTables(); // there may have been others at the same place
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy template " + name, e);
    }
  }

  /** A folder that is deleted when the JVM ends. */
  static Path temporaryFolder(String name) throws IOException {
    Path folder = Files.createTempDirectory("splatline-template-" + name + "-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> LocalFolder.delete(folder)));
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
