package org.splatline.pipeline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.splatline.pipeline.store.Place;

/**
 * Writes the answers of SQL queries in one format.
 *
 * @param tableRows the most rows that {@code TABLE} writes
 */
record AnswerWriter(AnswerFormat format, int tableRows) {

  /** Prints an answer. {@code PARQUET} cannot be printed. */
  void print(Dataset<Row> answer, PrintWriter out) {
    switch (format) {
      case TABLE -> printTable(answer, out);
      case CSV -> printCsv(answer, out);
      case JSON -> printJson(answer, out);
      case PARQUET -> throw new IllegalStateException("Cannot print parquet");
    }
    out.flush();
  }

  /** Writes an answer to the file {@code name} in {@code folder}. */
  void write(Dataset<Row> answer, Path folder, String name) throws IOException {
    Path file = Files.createDirectories(folder).resolve(name + format.ending());
    if (format == AnswerFormat.PARQUET) {
      writeParquet(answer, file);
      return;
    }
    try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
      print(answer, writer);
      if (writer.checkError()) {
        throw new IOException("Cannot write " + file + ": the disk may be full");
      }
    }
  }

  /** Writes one Parquet file instead of the folder that Spark makes. */
  private static void writeParquet(Dataset<Row> answer, Path file) throws IOException {
    Path folder = Files.createTempDirectory(file.toAbsolutePath().getParent(), ".sql");
    answer.coalesce(1).write().mode("overwrite").parquet(Place.parse(folder.toString()).toString());
    List<Path> written;
    try (Stream<Path> files = Files.list(folder)) {
      written = files.toList();
    }
    for (Path each : written) {
      if (each.toString().endsWith(".parquet")) {
        Files.move(each, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }

  private void printTable(Dataset<Row> answer, PrintWriter out) {
    List<Row> rows = answer.takeAsList(tableRows + 1);
    TextTable table = new TextTable(List.of(answer.columns()));
    for (Row row : rows.subList(0, Math.min(tableRows, rows.size()))) {
      table.add(IntStream.range(0, row.size()).mapToObj(i -> cell(row.get(i))).toList());
    }
    out.print(table);
    if (rows.size() > tableRows) {
      out.printf("There are more than %d rows. Raise --rows to see them%n", tableRows);
    }
  }

  private static String cell(Object value) {
    return value == null ? "" : value.toString().lines().findFirst().orElse("");
  }

  /** RFC 4180. Times are ISO 8601 in UTC, null is empty, maps, lists and structs are JSON. */
  private static void printCsv(Dataset<Row> answer, PrintWriter out) {
    out.print(
        Arrays.stream(answer.columns())
            .map(AnswerWriter::quoted)
            .collect(Collectors.joining(",", "", "\r\n")));
    StructField[] fields = answer.schema().fields();
    String[] names =
        IntStream.range(0, fields.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Dataset<Row> numbered = answer.toDF(names); // two columns of an answer may have the same name
    Column[] flat =
        IntStream.range(0, fields.length)
            .mapToObj(i -> flat(fields[i], functions.col(names[i])))
            .toArray(Column[]::new);
    Iterator<Row> rows = numbered.select(flat).toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      out.print(
          IntStream.range(0, row.size())
              .mapToObj(i -> row.isNullAt(i) ? "" : quoted(row.get(i).toString()))
              .collect(Collectors.joining(",", "", "\r\n")));
    }
  }

  private static Column flat(StructField field, Column column) {
    boolean nested =
        field.dataType() instanceof MapType
            || field.dataType() instanceof ArrayType
            || field.dataType() instanceof StructType;
    return nested ? functions.to_json(column) : column;
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** JSON lines: one object per row, with every column, nulls included. */
  private static void printJson(Dataset<Row> answer, PrintWriter out) {
    Column object = functions.to_json(functions.struct("*"), Map.of("ignoreNullFields", "false"));
    Iterator<Row> rows = answer.select(object).toLocalIterator();
    while (rows.hasNext()) {
      out.print(rows.next().getString(0) + "\n");
    }
  }
}
