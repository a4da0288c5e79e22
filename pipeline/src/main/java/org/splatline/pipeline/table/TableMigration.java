package org.splatline.pipeline.table;

import static java.util.stream.Collectors.joining;
import static org.splatline.gpu.Checks.checkState;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.config.ConfigException;
import scala.Option;
import scala.collection.immutable.Map;

/**
 * Upgrades a table of an earlier version to this one: first come columns, which are null in
 * existing rows, then constraints, then the properties with the version. No file is rewritten. It
 * makes one change at a time and reads the table again before each. So an interrupted upgrade can
 * continue, and two drivers can upgrade the same table.
 */
final class TableMigration {
  private static final Logger LOG = LoggerFactory.getLogger(TableMigration.class);

  /** More than two drivers need for any table. */
  private static final int MAX_CHANGES = 500;

  private final SparkSession spark;
  private final Table<?> table;
  private final String uri;

  TableMigration(SparkSession spark, Table<?> table, String uri) {
    this.spark = spark;
    this.table = table;
    this.uri = uri;
  }

  /**
   * Does nothing if the table is up to date. Throws {@link ConfigException} if the table has a
   * later version, isn't one of Splatline's, or has rows that a constraint forbids.
   */
  void run() {
    Snapshot now = Tables.snapshot(spark, uri);
    Optional<String> change = next(now);
    for (int changes = 0; change.isPresent() && changes < MAX_CHANGES; changes++) {
      LOG.info("table {}: {}", table.name(), change.get());
      try {
        spark.sql("ALTER TABLE delta.`%s` %s".formatted(uri, change.get()));
      } catch (Exception e) { // Spark's exceptions are checked, but sql() doesn't declare them
        if (Tables.snapshot(spark, uri).version()
            == now.version()) { // else another driver made the change
          throw refusal(change.get(), e);
        }
      }
      now = Tables.snapshot(spark, uri);
      change = next(now);
    }
    checkState(
        change.isEmpty(),
        "Cannot upgrade table %s at %s: it still lacks %s",
        table.name(),
        uri,
        change);
  }

  private ConfigException refusal(String change, Exception cause) {
    return new ConfigException(
        "Cannot upgrade table %s at %s to version %d: %s: %s. Fix the rows that this names, then start again"
            .formatted(
                table.name(),
                uri,
                Tables.VERSION,
                change,
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        cause);
  }

  /** The first change that the table needs; empty if it is up to date. */
  private Optional<String> next(Snapshot now) {
    Map<String, String> properties = now.metadata().configuration();
    List<String> present = Arrays.asList(now.metadata().schema().fieldNames());
    int version = Integer.parseInt(text(properties, TableProperties.VERSION, "0"));
    check(version, present);
    if (version == Tables.VERSION) {
      return Optional.empty();
    }
    return columns(present)
        .or(() -> retired(properties))
        .or(() -> constraint(properties))
        .or(() -> Optional.of(properties()));
  }

  private void check(int version, List<String> present) {
    if (version > Tables.VERSION) {
      throw new ConfigException(
          "Cannot write table %s at %s: it has version %d and this Splatline knows %d. Use the newer Splatline that made it, or set tables.path to another place"
              .formatted(table.name(), uri, version, Tables.VERSION));
    }
    if (version == 0) {
      throw foreign("property " + TableProperties.VERSION);
    }
    for (Column<?> column : table.columns()) {
      if (column.since() <= version && !present.contains(column.name())) {
        throw foreign("column " + column.name());
      }
    }
  }

  private ConfigException foreign(String missing) {
    return new ConfigException(
        "Cannot write table %s at %s: it wasn't made by Splatline, because it lacks %s. Set tables.path to another place"
            .formatted(table.name(), uri, missing));
  }

  private Optional<String> columns(List<String> present) {
    List<String> missing =
        table.columns().stream()
            .filter(column -> !present.contains(column.name()))
            .map(TableMigration::definition)
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("ADD COLUMNS (" + String.join(", ", missing) + ")");
  }

  private static String definition(Column<?> column) {
    return "%s %s COMMENT %s"
        .formatted(
            column.name(),
            column.field().dataType().sql(),
            quoted(column.field().getComment().get()));
  }

  /** Drops the constraints of columns that have none in this version. */
  private Optional<String> retired(Map<String, String> properties) {
    List<String> retired =
        table.columns().stream()
            .filter(column -> column.check().isEmpty())
            .map(column -> TableProperties.CONSTRAINT + column.constraintName())
            .filter(properties::contains)
            .map(TableMigration::quoted)
            .toList();
    return retired.isEmpty()
        ? Optional.empty()
        : Optional.of("UNSET TBLPROPERTIES (" + String.join(", ", retired) + ")");
  }

  /** Adds the first constraint that is missing, or drops the first with another text. */
  private Optional<String> constraint(Map<String, String> properties) {
    for (java.util.Map.Entry<String, String> wanted : table.constraints().entrySet()) {
      String present = text(properties, TableProperties.CONSTRAINT + wanted.getKey(), "");
      if (present.isEmpty()) {
        return Optional.of(
            "ADD CONSTRAINT %s CHECK (%s)".formatted(wanted.getKey(), wanted.getValue()));
      }
      if (!withoutBlanks(present).equals(withoutBlanks(wanted.getValue()))) {
        return Optional.of("DROP CONSTRAINT " + wanted.getKey());
      }
    }
    return Optional.empty();
  }

  private String properties() {
    return TableProperties.of(table).entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + " = " + quoted(entry.getValue()))
        .collect(joining(", ", "SET TBLPROPERTIES (", ")"));
  }

  /** Without blanks: Delta writes - 90 for -90. */
  private static String withoutBlanks(String sql) {
    return sql.replaceAll("\\s+", "");
  }

  private static String text(Map<String, String> properties, String name, String otherwise) {
    Option<String> found = properties.get(name);
    return found.isEmpty() ? otherwise : found.get();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
