package org.splatline.pipeline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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

/** How an answer is written. All but {@code TABLE} write every row. */
enum AnswerFormat {
  TABLE,
  CSV,
  JSON,
  PARQUET;

  /** As the command line has it, in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ending of a file of it. */
  String ending() {
    return this == TABLE ? ".txt" : "." + this;
  }

  /** Prints {@code answer}; of a table at most {@code rows} rows. */
  void print(Dataset<Row> answer, int rows, PrintWriter out) {
    switch (this) {
      case TABLE -> table(answer, rows, out);
      case CSV -> csv(answer, out);
      case JSON -> json(answer, out);
      case PARQUET -> throw new IllegalStateException("Cannot print parquet");
    }
    out.flush();
  }

  /** One Parquet file, not the folder Spark makes. */
  static void parquet(Dataset<Row> answer, Path file) throws IOException {
    Path folder = Files.createTempDirectory(file.toAbsolutePath().getParent(), ".sql");
    answer.coalesce(1).write().mode("overwrite").parquet(folder.toUri().toString());
    List<Path> written;
    try (Stream<Path> files = Files.list(folder)) {
      written = files.toList();
    }
    for (Path each : written) {
      if (each.toString().endsWith(".parquet")) {
        Files.move(each, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }

  private static void table(Dataset<Row> answer, int rows, PrintWriter out) {
    List<Row> lines = answer.takeAsList(rows + 1);
    TextTable table = new TextTable(List.of(answer.columns()));
    for (Row line : lines.subList(0, Math.min(rows, lines.size()))) {
      table.add(IntStream.range(0, line.size()).mapToObj(i -> cell(line.get(i))).toList());
    }
    out.print(table);
    if (lines.size() > rows) {
      out.printf("There are more than %d rows: raise --rows%n", rows);
    }
  }

  private static String cell(Object value) {
    return value == null ? "" : value.toString().lines().findFirst().orElse("");
  }

  /** RFC 4180. Times are ISO 8601 in UTC, null is empty, maps, lists and structs are JSON. */
  private static void csv(Dataset<Row> answer, PrintWriter out) {
    out.print(
        Arrays.stream(answer.columns())
            .map(AnswerFormat::quoted)
            .collect(Collectors.joining(",", "", "\r\n")));
    StructField[] fields = answer.schema().fields();
    String[] names =
        IntStream.range(0, fields.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Dataset<Row> numbered = answer.toDF(names); // an answer may have a name twice
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

  /** JSON lines: an object a row, with each column, null included. */
  private static void json(Dataset<Row> answer, PrintWriter out) {
    Column object = functions.to_json(functions.struct("*"), Map.of("ignoreNullFields", "false"));
    Iterator<Row> rows = answer.select(object).toLocalIterator();
    while (rows.hasNext()) {
      out.print(rows.next().getString(0) + "\n");
    }
  }
}
