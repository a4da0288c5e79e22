package org.splatline.gpu.colmap;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tables of {@link FeatureDatabase}: which columns it needs, and which ones it knows. */
final class FeatureTables {
  static final int SIFT = 0; // COLMAP 4's type of a descriptor

  private static final int NEWEST = 4999; // COLMAP's version in the file: 3800 is 3.8
  private static final Set<String> IMAGES = Set.of("image_id", "name");
  private static final Set<String> FEATURES = Set.of("image_id", "rows", "cols", "data");
  private static final Set<String> MATCHES = Set.of("pair_id", "rows", "cols", "data");

  private FeatureTables() {}

  /** Creates the tables in an empty database. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE images (image_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
      for (String table : List.of("keypoints", "descriptors")) {
        statement.executeUpdate(
            "CREATE TABLE %s (image_id INTEGER PRIMARY KEY, rows, cols, data)".formatted(table));
      }
      for (String table : List.of("matches", "two_view_geometries")) {
        statement.executeUpdate(
            "CREATE TABLE %s (pair_id INTEGER PRIMARY KEY, rows, cols, data)".formatted(table));
      }
    }
  }

  /** Refuses a database whose features can't be read, or that can't be given matches. */
  static void check(Connection connection) throws SQLException {
    long version = number(connection, "PRAGMA user_version");
    if (version > NEWEST) {
      throw new FeatureDatabaseException(
          "its version is %s, and versions up to %s are known".formatted(version, NEWEST));
    }
    requireColumns(connection, "images", IMAGES);
    requireColumns(connection, "keypoints", FEATURES);
    Map<String, Boolean> descriptors = requireColumns(connection, "descriptors", FEATURES);
    if (descriptors.containsKey("type")
        && number(connection, "SELECT count(*) FROM descriptors WHERE type <> " + SIFT) > 0) {
      throw new FeatureDatabaseException("its descriptors are not those of SIFT");
    }
    requireKnown(connection, "matches", MATCHES);
  }

  /** Refuses a database that can't be given features. Returns whether descriptors have a type. */
  static boolean checkCanBeFilled(Connection connection) throws SQLException {
    requireKnown(connection, "keypoints", FEATURES);
    return requireKnown(connection, "descriptors", FEATURES, "type").contains("type");
  }

  /**
   * Refuses a table that needs values of columns that nobody here can fill. Returns its columns.
   */
  private static Set<String> requireKnown(
      Connection connection, String table, Set<String> known, String... alsoKnown)
      throws SQLException {
    Map<String, Boolean> columns = requireColumns(connection, table, known);
    columns.forEach(
        (column, needed) -> {
          if (needed && !known.contains(column) && !List.of(alsoKnown).contains(column)) {
            throw new FeatureDatabaseException(
                "its table %s needs a value of %s, unknown".formatted(table, column));
          }
        });
    return columns.keySet();
  }

  /** The columns of a table, and whether a new row must give their value. */
  private static Map<String, Boolean> requireColumns(
      Connection connection, String table, Set<String> required) throws SQLException {
    Map<String, Boolean> columns = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
      while (row.next()) {
        columns.put(
            row.getString("name"),
            row.getBoolean("notnull") && row.getString("dflt_value") == null);
      }
    }
    Set<String> missing =
        required.stream()
            .filter(column -> !columns.containsKey(column))
            .collect(Collectors.toUnmodifiableSet());
    if (!missing.isEmpty()) {
      throw new FeatureDatabaseException("its table %s has no %s".formatted(table, missing));
    }
    return columns;
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.getLong(1);
    }
  }
}
