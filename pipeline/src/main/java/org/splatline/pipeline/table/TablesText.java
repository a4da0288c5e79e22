package org.splatline.pipeline.table;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructField;

/** Text about the tables, generated from their classes: docs/tables.md, and SQL. */
public final class TablesText {
  private static final String INTRODUCTION =
      """
      # Tables

      `bin/splatline schema` writes this page; don't edit it. Version of the tables: %d. They are at `tables.path`, or in `tables/` below `store.path`.
      Each is a Delta table of reader version 1, which Spark, Athena, Trino, DuckDB and delta-kernel can read.

      Only a run's driver writes the tables. It commits scenes in groups (`tables.commit-every`, `tables.commit-scenes`) and writes `scene_runs`
      last. Until then the rows are in the run's folder. The next run of the same name completes a group that was interrupted, and never adds a
      row twice. Rows are only added; the exception is `scenes`, which each run merges from `scene_runs` at its end. Follow `scenes` by Delta's
      change data feed, and the other tables by their new rows. A scene's answer in a run is its row with `published`. `metrics_latest`, a view
      that `bin/splatline sql` makes, has the newest answer of each scene.

      A scene of one `tenant` is not the same scene as that of another with the same name. `tenant` stands in each table with scenes, so that
      rows can be shown to their owner alone, or deleted.

      Conditions are ranges. They never list words: a later version may write new ones, such as a new verdict.

      The first run that writes to tables of an earlier version brings them up to this version, without rewriting a file; columns marked
      "since" are null in their older rows. `bin/splatline` shows a `tenant` that is null as empty. A run refuses tables of a later version.

      """;

  private static final String PICTURE_END = "```\n\n";

  private static final String QUESTIONS_INTRODUCTION =
      """

      ## Ten questions

      The queries are in [notebooks/sql/questions](../notebooks/sql/questions); the tests run each one. To ask one:

          bin/splatline sql --tables PLACE --file notebooks/sql/questions/failed_last_night.sql

      """;

  /** The files in notebooks/sql/questions, in the order of the page. */
  static final List<String> QUESTIONS =
      List.of(
          "failed_last_night",
          "worse_than_before",
          "poor_scenes",
          "history_of_a_scene",
          "cost_per_month",
          "gpu_busy",
          "slowest_stage",
          "biggest_models",
          "photographs_without_camera",
          "tried_again");

  private TablesText() {}

  /** The text of docs/tables.md. */
  public static String markdown() {
    return INTRODUCTION.formatted(Tables.VERSION)
        + picture()
        + Tables.all().stream().map(TablesText::section).collect(joining("\n"))
        + QUESTIONS_INTRODUCTION
        + QUESTIONS.stream().map(TablesText::question).collect(joining("\n"));
  }

  /** A query below its first line, a comment, which asks the question. */
  private static String question(String name) {
    String[] parts = SqlText.ofQuestion(name).split("\n", 2);
    return "**%s** `%s.sql`\n\n```sql\n%s```\n"
        .formatted(parts[0].replaceFirst("^-- ", ""), name, parts[1]);
  }

  /** A diagram of the relations between tables, each named by the columns that join them. */
  private static String picture() {
    StringBuilder text = new StringBuilder("```mermaid\nerDiagram\n");
    line(text, Tables.RUNS, "||--o{", Tables.SCENE_RUNS, "run_id");
    line(text, Tables.SCENES, "||--|{", Tables.SCENE_RUNS, "tenant scene_id");
    for (Table<?> detail : Tables.all()) {
      if (detail.key().size() > Tables.SCENE_RUNS.key().size()) {
        line(text, Tables.SCENE_RUNS, "||--o{", detail, "run_id scene_id attempt");
      }
    }
    for (Table<?> table : Tables.all()) {
      text.append("  ").append(table.name()).append(" {\n");
      for (String key : table.key()) {
        text.append("    ").append(type(table.schema().apply(key))).append(' ').append(key);
        text.append(" PK\n");
      }
      text.append("  }\n");
    }
    return text.append(PICTURE_END).toString();
  }

  private static void line(
      StringBuilder text, Table<?> one, String arrow, Table<?> many, String columns) {
    text.append("  %s %s %s : \"%s\"%n".formatted(one.name(), arrow, many.name(), columns));
  }

  private static String section(Table<?> table) {
    StringBuilder text = new StringBuilder();
    text.append("## %s%n%n%s.".formatted(table.name(), table.comment()));
    text.append(" Key: `%s`.".formatted(String.join("`, `", table.key())));
    text.append(table.hasChangeFeed() ? " Delta keeps its change data feed." : "");
    text.append("\n\n| column | type | what it is | condition |\n|---|---|---|---|\n");
    table.columns().forEach(column -> text.append(row(column)));
    new TreeMap<>(table.rowConstraints())
        .forEach((name, sql) -> text.append("%n`%s`: `%s`%n".formatted(name, sql)));
    return text.toString();
  }

  private static String row(Column<?> column) {
    String comment = column.field().getComment().get();
    String since = column.since() > 1 ? " (since %d)".formatted(column.since()) : "";
    String condition = column.check().isEmpty() ? "" : "`" + column.check() + "`";
    return "| `%s` | %s%s | %s%s | %s |%n"
        .formatted(
            column.name(),
            type(column.field()),
            column.field().nullable() ? ", or null" : "",
            comment,
            since,
            condition);
  }

  private static String type(StructField field) {
    return field.dataType().simpleString();
  }

  /** SQL that creates the tables below a place. A run creates them itself. */
  public static String sql(String place) {
    return Tables.all().stream().map(table -> sql(table, place)).collect(joining("\n"));
  }

  private static String sql(Table<?> table, String place) {
    List<StructField> fields = List.of(table.schema().fields());
    String columns =
        fields.stream()
            .map(
                field ->
                    "  %s %s%s COMMENT '%s'"
                        .formatted(
                            field.name(),
                            field.dataType().sql(),
                            field.nullable() ? "" : " NOT NULL",
                            field.getComment().get().replace("'", "\\'")))
            .collect(joining(",\n"));
    String properties =
        TableProperties.of(table).entrySet().stream()
            .map(property -> "  '%s' = '%s'".formatted(property.getKey(), property.getValue()))
            .collect(joining(",\n"));
    String uri = "delta.`%s/%s`".formatted(place, table.name());
    StringBuilder text = new StringBuilder();
    text.append("CREATE TABLE %s (%n%s)%nUSING delta%n".formatted(uri, columns));
    text.append("COMMENT '%s'%n".formatted(table.comment().replace("'", "\\'")));
    text.append("TBLPROPERTIES (%n%s);%n".formatted(properties));
    table
        .constraints()
        .forEach(
            (name, check) ->
                text.append(
                    "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s);%n".formatted(uri, name, check)));
    return text.toString();
  }
}
