package org.splatline.pipeline.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.splatline.pipeline.spark.SharedSpark;

/**
 * Measures the notebooks' queries and {@code metrics_latest}, on a history of five nights of 400
 * scenes with 55 held-out views each, or on existing tables. Each query runs three times in one
 * session. Prints the first time and the faster of the other two.
 */
final class TablesBench {
  private TablesBench() {}

  /** {@code FOLDER}: of the history, which is written if it is absent. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Tables tables =
        Files.exists(folder.resolve("tables"))
            ? new Tables(SharedSpark.session(), folder.resolve("tables").toUri().toString())
            : History.write(folder, 5, 400, 55);
    for (Table<?> table : Tables.all()) {
      System.out.printf("%s: %,d rows%n", table.name(), tables.rows(table).count());
    }
    print(tables, "metrics_latest", "select * from metrics_latest");
    try (Stream<Path> files = Files.list(Path.of("notebooks", "sql"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        print(tables, file.getFileName().toString(), Files.readString(file));
      }
    }
    SharedSpark.session().stop();
  }

  private static void print(Tables tables, String name, String query) {
    double first = seconds(tables, query);
    double later = Math.min(seconds(tables, query), seconds(tables, query));
    List<?> rows = tables.ask(query, Map.of());
    System.out.printf(Locale.ROOT, "| %s | %,d | %.1f | %.1f |%n", name, rows.size(), first, later);
  }

  private static double seconds(Tables tables, String query) {
    long start = System.nanoTime();
    tables.ask(query, Map.of());
    return (System.nanoTime() - start) / 1e9;
  }
}
