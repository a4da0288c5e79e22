package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Queries that people and notebooks use too: their files are below notebooks/sql. */
final class SqlText {
  private SqlText() {}

  /** The query of a view in notebooks/sql/views. */
  static String ofView(String name) {
    return read("views/" + name);
  }

  /** The query that computes a table from others, in notebooks/sql/tables. */
  static String ofTable(String name) {
    return read("tables/" + name);
  }

  /** The query that answers a question of docs/tables.md, in notebooks/sql/questions. */
  static String ofQuestion(String name) {
    return read("questions/" + name);
  }

  private static String read(String name) {
    try (InputStream in =
        SqlText.class.getResourceAsStream("/org/splatline/%s.sql".formatted(name))) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read query " + name, e);
    }
  }
}
