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
 * Brings a table of an earlier version up to this one, or finds that it is up to date. Only adds:
 * columns, null in the rows there are, then constraints, then the properties with the version. One
 * change at a time, each by a fresh look at the table: what was cut off is gone on with, and two
 * drivers can bring up the same table.
 */
final class TableMigration {
  private static final Logger LOG = LoggerFactory.getLogger(TableMigration.class);

  /** More than any table needs, of two drivers. */
  private static final int MOST_CHANGES = 500;

  private final SparkSession spark;
  private final Table<?> table;
  private final String uri;

  TableMigration(SparkSession spark, Table<?> table, String uri) {
    this.spark = spark;
    this.table = table;
    this.uri = uri;
  }

  /**
   * Throws {@link ConfigException} when the table is of a later version, none of ours, or holds
   * rows that a constraint forbids.
   */
  void run() {
    Snapshot now = Tables.snapshot(spark, uri);
    Optional<String> change = next(now);
    for (int changes = 0; change.isPresent() && changes < MOST_CHANGES; changes++) {
      LOG.info("table {}: {}", table.name(), change.get());
      try {
        spark.sql("ALTER TABLE delta.`%s` %s".formatted(uri, change.get()));
      } catch (Exception e) { // Spark's are checked, and sql() doesn't declare them
        if (Tables.snapshot(spark, uri).version() == now.version()) { // else another driver's
          throw refusal(change.get(), e);
        }
      }
      now = Tables.snapshot(spark, uri);
      change = next(now);
    }
    checkState(
        change.isEmpty(),
        "Cannot bring table %s at %s up: it still lacks %s",
        table.name(),
        uri,
        change);
  }

  private ConfigException refusal(String change, Exception cause) {
    return new ConfigException(
        "Cannot bring table %s at %s to version %d: %s: %s. Mend what that names, then start again"
            .formatted(
                table.name(),
                uri,
                Tables.VERSION,
                change,
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        cause);
  }

  /** What the table lacks first; empty: it is up to date. */
  private Optional<String> next(Snapshot now) {
    Map<String, String> properties = now.metadata().configuration();
    List<String> present = Arrays.asList(now.metadata().schema().fieldNames());
    int version = Integer.parseInt(text(properties, TableProperties.VERSION, "0"));
    check(version, present);
    if (version == Tables.VERSION) {
      return Optional.empty();
    }
    return columns(present).or(() -> constraint(properties)).or(() -> Optional.of(properties()));
  }

  private void check(int version, List<String> present) {
    if (version > Tables.VERSION) {
      throw new ConfigException(
          "Cannot write table %s at %s: it is of version %d and this Splatline knows %d. Take the newer Splatline that made it, or give tables.path another place"
              .formatted(table.name(), uri, version, Tables.VERSION));
    }
    if (version == 0) {
      throw notOurs("property " + TableProperties.VERSION);
    }
    for (Column<?> column : table.columns()) {
      if (column.since() <= version && !present.contains(column.name())) {
        throw notOurs("column " + column.name());
      }
    }
  }

  private ConfigException notOurs(String lacking) {
    return new ConfigException(
        "Cannot write table %s at %s: it wasn't made by Splatline, it lacks %s. Give tables.path another place"
            .formatted(table.name(), uri, lacking));
  }

  private Optional<String> columns(List<String> present) {
    List<String> lacking =
        table.columns().stream()
            .filter(column -> !present.contains(column.name()))
            .map(TableMigration::definition)
            .toList();
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("ADD COLUMNS (" + String.join(", ", lacking) + ")");
  }

  private static String definition(Column<?> column) {
    return "%s %s COMMENT %s"
        .formatted(
            column.name(),
            column.field().dataType().sql(),
            quoted(column.field().getComment().get()));
  }

  /** The first that is lacking, or of another text. */
  private Optional<String> constraint(Map<String, String> properties) {
    for (java.util.Map.Entry<String, String> wanted : table.constraints().entrySet()) {
      String present = text(properties, TableProperties.CONSTRAINT + wanted.getKey(), "");
      if (present.isEmpty()) {
        return Optional.of(
            "ADD CONSTRAINT %s CHECK (%s)".formatted(wanted.getKey(), wanted.getValue()));
      }
      if (!dense(present).equals(dense(wanted.getValue()))) {
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

  /** Delta writes - 90 for -90. */
  private static String dense(String sql) {
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
