package org.splatline.pipeline.table;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * A table or view as Glue's catalogue has it. Athena reads a table whose parameter {@code
 * table_type} is DELTA from its Delta log; the columns here are for people and for the catalogue. A
 * view is one of Athena's own (Presto).
 *
 * @param location where a table is, with scheme s3; empty: it is a view
 */
record GlueEntry(String name, String location, TableInput input) {

  /** A column as Athena's views have it. */
  private record ViewColumn(String name, String type) {}

  /** All tables of a place on S3, and the views that the tables allow. */
  static List<GlueEntry> all(SparkSession spark, Place tables, String database) {
    if (!tables.scheme().equals("s3a")) {
      throw new ConfigException(
          "Cannot register tables of %s: Athena reads from S3 alone. Give --tables an s3a:// prefix"
              .formatted(tables));
    }
    TableViews views = new TableViews(Location.open(tables, spark.sessionState().newHadoopConf()));
    views.register(spark);
    return all(spark, tables, database, views.names());
  }

  /**
   * @param present names of tables and views that the session has
   */
  static List<GlueEntry> all(
      SparkSession spark, Place tables, String database, List<String> present) {
    String root = tables.toString().replaceFirst("^s3a:", "s3:");
    List<GlueEntry> entries = new ArrayList<>();
    for (Table<?> table : Tables.all()) {
      if (present.contains(table.name())) {
        entries.add(table(table, root + "/" + table.name()));
      }
    }
    for (String view : TableViews.shipped()) {
      if (present.contains(view)) {
        entries.add(view(view, spark.table(view).schema(), database));
      }
    }
    return entries;
  }

  private static GlueEntry table(Table<?> table, String location) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("EXTERNAL", "TRUE");
    parameters.put("classification", "delta");
    parameters.put("table_type", "DELTA");
    parameters.put("spark.sql.sources.provider", "delta");
    StorageDescriptor storage =
        StorageDescriptor.builder()
            .location(location)
            .columns(columns(table.schema()))
            .inputFormat("org.apache.hadoop.mapred.SequenceFileInputFormat")
            .outputFormat("org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat")
            .serdeInfo(
                serde ->
                    serde
                        .serializationLibrary("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe")
                        .parameters(Map.of("serialization.format", "1", "path", location)))
            .build();
    return new GlueEntry(
        table.name(),
        location,
        TableInput.builder()
            .name(table.name())
            .description(table.comment())
            .tableType("EXTERNAL_TABLE")
            .parameters(parameters)
            .storageDescriptor(storage)
            .build());
  }

  private static List<Column> columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(
            field ->
                Column.builder()
                    .name(field.name())
                    .type(field.dataType().catalogString())
                    .comment(field.getComment().getOrElse(() -> ""))
                    .build())
        .toList();
  }

  private static GlueEntry view(String name, StructType schema, String database) {
    List<ViewColumn> columns =
        Arrays.stream(schema.fields())
            .map(field -> new ViewColumn(field.name(), presto(field.dataType())))
            .toList();
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("originalSql", select(schema, SqlText.ofView(name)));
    content.put("catalog", "awsdatacatalog");
    content.put("schema", database);
    content.put("columns", columns);
    String encoded = Base64.getEncoder().encodeToString(Json.write(content));
    return new GlueEntry(
        name,
        "",
        TableInput.builder()
            .name(name)
            .tableType("VIRTUAL_VIEW")
            .parameters(Map.of("presto_view", "true", "comment", "Presto View"))
            .viewOriginalText("/* Presto View: " + encoded + " */")
            .viewExpandedText("/* Presto View */")
            .storageDescriptor(StorageDescriptor.builder().columns(columns(schema)).build())
            .build());
  }

  /** The casts make the types those that the view names, whatever Athena takes Delta's for. */
  private static String select(StructType schema, String query) {
    return Arrays.stream(schema.fields())
        .map(GlueEntry::cast)
        .collect(joining(",\n  ", "SELECT\n  ", "\nFROM (\n" + query + "\n)"));
  }

  private static String cast(StructField field) {
    return "CAST(%s AS %s) AS %s".formatted(field.name(), presto(field.dataType()), field.name());
  }

  private static String presto(DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return "varchar";
    }
    if (type.equals(DataTypes.IntegerType)) {
      return "integer";
    }
    if (type.equals(DataTypes.TimestampType)) {
      return "timestamp(3)";
    }
    if (type instanceof ArrayType array) {
      return "array(" + presto(array.elementType()) + ")";
    }
    return type.catalogString(); // bigint, double, boolean
  }
}
