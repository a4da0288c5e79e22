package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.splatline.gpu.Checks.checkState;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.sift.Features;

/** A database with the tables of COLMAP 3.8: b.jpg is image 1, c.jpg is 2, a.jpg is 3. */
class FeatureDatabaseTest {
  private static final PhotographPair A_B = new PhotographPair(0, 1);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void createTables() throws IOException, SQLException {
    file = Files.createDirectories(folder.resolve("odd %6D?a=b#ü 庭")).resolve("database.db");
    change(
        "CREATE TABLE images (image_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE keypoints (image_id INTEGER PRIMARY KEY, rows INTEGER NOT NULL,"
            + " cols INTEGER NOT NULL, data BLOB)",
        "CREATE TABLE descriptors (image_id INTEGER PRIMARY KEY, rows INTEGER NOT NULL,"
            + " cols INTEGER NOT NULL, data BLOB)",
        "CREATE TABLE matches (pair_id INTEGER PRIMARY KEY NOT NULL, rows INTEGER NOT NULL,"
            + " cols INTEGER NOT NULL, data BLOB)",
        "CREATE TABLE two_view_geometries (pair_id INTEGER PRIMARY KEY, rows INTEGER)",
        "INSERT INTO images VALUES (1, 'b.jpg'), (2, 'c.jpg'), (3, 'a.jpg')",
        "INSERT INTO descriptors VALUES (2, 0, 128, NULL)",
        "PRAGMA user_version = 3800");
    describe(1, 2);
    describe(3, 5);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file.toUri().toASCIIString());
  }

  private void change(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.executeUpdate(one);
      }
    }
  }

  private static byte[] bytes(int image, int features) {
    byte[] bytes = new byte[128 * features];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * image);
    }
    return bytes;
  }

  private void describe(int image, int features) throws SQLException {
    insert("descriptors", image, features, 128, bytes(image, features));
  }

  private void insert(String table, int image, int rows, int columns, byte[] data)
      throws SQLException {
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO " + table + " (image_id, rows, cols, data) VALUES (?, ?, ?, ?)")) {
      insert.setInt(1, image);
      insert.setInt(2, rows);
      insert.setInt(3, columns);
      insert.setBytes(4, data);
      insert.executeUpdate();
    }
  }

  /** Rows of matches: pair, numbers in the order they are stored. */
  private List<String> matches() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM matches ORDER BY pair_id")) {
      while (row.next()) {
        ByteBuffer data = ByteBuffer.wrap(row.getBytes("data")).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> numbers = new ArrayList<>();
        while (data.hasRemaining()) {
          numbers.add(data.getInt());
        }
        rows.add(
            "%s %sx%s %s"
                .formatted(
                    row.getLong("pair_id"), row.getInt("rows"), row.getInt("cols"), numbers));
      }
    }
    return rows;
  }

  @Test
  void photographsComeInTheOrderOfTheirNames() {
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThat(database.names()).containsExactly("a.jpg", "b.jpg", "c.jpg");
      assertThat(database.photographs()).isEqualTo(3);
      assertThat(List.of(database.features(0), database.features(1), database.features(2)))
          .containsExactly(5, 2, 0);
      assertThat(database.descriptors(0)).isEqualTo(bytes(3, 5));
      assertThat(database.descriptors(1)).isEqualTo(bytes(1, 2));
      assertThat(database.descriptors(2)).isEmpty();
    }
  }

  @Test
  void theLargestFeaturesComeFirst() throws SQLException {
    ByteBuffer keypoints = ByteBuffer.allocate(4 * 6 * 5).order(ByteOrder.LITTLE_ENDIAN);
    for (float scale : new float[] {2, 5, 1, 5, 3}) {
      double turn = scale;
      keypoints.putFloat(7).putFloat(8);
      keypoints.putFloat((float) (scale * Math.cos(turn)));
      keypoints.putFloat((float) (-scale * Math.sin(turn)));
      keypoints.putFloat((float) (scale * Math.sin(turn)));
      keypoints.putFloat((float) (scale * Math.cos(turn)));
    }
    insert("keypoints", 3, 5, 6, keypoints.array());
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      DescriptorSource largest = database.largest(3);
      assertThat(largest.photographs()).isEqualTo(3);
      assertThat(List.of(largest.features(0), largest.features(1), largest.features(2)))
          .containsExactly(3, 2, 0);
      byte[] all = bytes(3, 5);
      byte[] some = largest.descriptors(0);
      assertThat(some).hasSize(3 * 128);
      for (int i = 0; i < 3; i++) {
        int feature = new int[] {1, 3, 4}[i];
        assertThat(Arrays.copyOfRange(some, 128 * i, 128 * (i + 1)))
            .isEqualTo(Arrays.copyOfRange(all, 128 * feature, 128 * (feature + 1)));
      }
      assertThatThrownBy(() -> largest.descriptors(1))
          .isInstanceOf(FeatureDatabaseException.class)
          .hasMessageContaining("0 numbers are the 2 keypoints of b.jpg");
    }
  }

  @Test
  void matchesAreStoredByAscendingIds() throws SQLException {
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      database.writeMatches(
          receiver -> {
            receiver.accept(A_B, new int[] {0, 1, 4, 0}); // ids 3 and 1: columns swap
            receiver.accept(new PhotographPair(1, 2), new int[0]);
          });
    }
    assertThat(matches()).containsExactly("2147483649 0x2 []", "2147483650 2x2 [1, 0, 0, 4]");
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      database.clearMatches();
    }
    assertThat(matches()).isEmpty();
  }

  @Test
  void allMatchesAreWrittenOrNone() throws SQLException {
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThatThrownBy(
              () ->
                  database.writeMatches(
                      receiver -> {
                        receiver.accept(A_B, new int[] {0, 1});
                        throw new IllegalStateException("the GPU");
                      }))
          .hasMessage("the GPU");
      assertThatThrownBy(
              () ->
                  database.writeMatches(
                      receiver -> {
                        receiver.accept(A_B, new int[] {0, 1});
                        receiver.accept(new PhotographPair(1, 0), new int[] {1, 0});
                      }))
          .isInstanceOf(FeatureDatabaseException.class);
    }
    assertThat(matches()).isEmpty();
  }

  @Test
  void columnsOfNewerReleasesAreAllowedIfTheyNeedNoValue() throws SQLException {
    change(
        "ALTER TABLE descriptors ADD COLUMN type INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE matches ADD COLUMN note TEXT",
        "ALTER TABLE matches ADD COLUMN kind INTEGER NOT NULL DEFAULT 7");
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      database.writeMatches(receiver -> receiver.accept(A_B, new int[] {0, 1}));
    }
    assertThat(matches()).containsExactly("2147483650 1x2 [1, 0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DROP TABLE matches; CREATE TABLE matches (pair_id, rows, cols, data, kind NOT NULL) | its table matches needs a value of kind, unknown
          DROP TABLE keypoints | its table keypoints has no
          ALTER TABLE matches RENAME COLUMN cols TO columns | its table matches has no [cols]
          ALTER TABLE descriptors ADD COLUMN type INTEGER NOT NULL DEFAULT 2 | its descriptors are not those of SIFT
          UPDATE descriptors SET cols = 64 WHERE image_id = 1 | its descriptors have 64 bytes
          PRAGMA user_version = 5000 | its version is 5000, and versions up to 4999 are known
          """)
  void anUnknownSchemaIsRefused(String changes, String reason) throws SQLException {
    change(changes.split("; "));
    assertThatThrownBy(() -> FeatureDatabase.open(file))
        .isInstanceOf(FeatureDatabaseException.class)
        .hasMessageStartingWith("Cannot use COLMAP's database: " + reason);
  }

  private static Features features(int count) {
    float[] keypoints = new float[Features.KEYPOINT * count];
    for (int i = 0; i < keypoints.length; i++) {
      keypoints[i] = i + 0.5f;
    }
    return new Features(keypoints, bytes(7, count));
  }

  /** COLMAP 4 also wants the type of a descriptor. */
  @ParameterizedTest
  @ValueSource(strings = {"", "ALTER TABLE descriptors ADD COLUMN type INTEGER NOT NULL DEFAULT 0"})
  void featuresReplaceThoseThatAreThere(String statement) throws SQLException {
    change("INSERT INTO keypoints VALUES (2, 0, 6, NULL)");
    if (!statement.isEmpty()) {
      change(statement);
    }
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThatThrownBy(
              () ->
                  database.writeFeatures(
                      photograph -> {
                        checkState(photograph < 2, "broken");
                        return features(1);
                      }))
          .hasMessage("broken");
      assertThat(database.descriptors(0)).as("nothing is written").isEqualTo(bytes(3, 5));
      database.writeFeatures(photograph -> features(2 * photograph));
    }
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThat(database.names()).containsExactly("a.jpg", "b.jpg", "c.jpg");
      for (int photograph = 0; photograph < 3; photograph++) {
        Features expected = features(2 * photograph);
        assertThat(database.features(photograph)).isEqualTo(expected.size());
        assertThat(database.keypoints(photograph)).isEqualTo(expected.keypoints());
        assertThat(database.descriptors(photograph)).isEqualTo(expected.descriptors());
      }
    }
  }

  @Test
  void featuresOfAnUnknownSchemaAreNotWritten() throws SQLException {
    change(
        "DROP TABLE keypoints",
        "CREATE TABLE keypoints (image_id, rows, cols, data, kind NOT NULL)");
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThatThrownBy(() -> database.writeFeatures(photograph -> features(1)))
          .isInstanceOf(FeatureDatabaseException.class)
          .hasMessageContaining("its table keypoints needs a value of kind, unknown");
    }
  }

  /** A database of its own: d.jpg is image 1, c.jpg is 2, b.jpg is 3, a.jpg is 4. */
  private Path found() {
    Path found = folder.resolve("found.db");
    FeatureDatabase.create(found, List.of("d.jpg", "c.jpg", "b.jpg", "a.jpg"));
    try (FeatureDatabase database = FeatureDatabase.open(found)) {
      database.writeFeatures(photograph -> features(10 * photograph));
      database.writeMatches(
          receiver -> {
            receiver.accept(A_B, new int[] {0, 1});
            receiver.accept(new PhotographPair(0, 3), new int[] {0, 3});
            receiver.accept(new PhotographPair(1, 2), new int[] {1, 2, 5, 6});
            receiver.accept(new PhotographPair(0, 2), new int[0]);
          });
    }
    return found;
  }

  /** COLMAP counts photographs otherwise, and d.jpg it can't read. */
  @Test
  void featuresAndMatchesAreTakenByName() throws SQLException {
    change("INSERT INTO keypoints VALUES (2, 0, 6, NULL)");
    try (FeatureDatabase source = FeatureDatabase.open(found());
        FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThat(source.names()).containsExactly("a.jpg", "b.jpg", "c.jpg", "d.jpg");
      database.takeFrom(source);
    }
    assertThat(matches())
        .containsExactly(
            "2147483649 2x2 [1, 2, 5, 6]", "2147483650 1x2 [1, 0]", "4294967297 0x2 []");
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThat(database.names()).containsExactly("a.jpg", "b.jpg", "c.jpg");
      for (int photograph = 0; photograph < 3; photograph++) {
        assertThat(database.keypoints(photograph)).isEqualTo(features(10 * photograph).keypoints());
        assertThat(database.descriptors(photograph))
            .isEqualTo(features(10 * photograph).descriptors());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO images VALUES (4, 'e.jpg') | INSERT INTO images VALUES (5, 'f.jpg')     | it lists e.jpg, whose features
                                                 | UPDATE matches SET rows = 9 WHERE rows = 2 | its pair 4294967297 is damaged
                                                 | UPDATE images SET image_id = 9 WHERE image_id = 2 | is damaged
                                                 | UPDATE keypoints SET data = NULL           | 0 numbers are the 10 keypoints of b.jpg
          """)
  void nothingIsTakenFromADatabaseThatLacksSomething(String change, String damage, String why)
      throws SQLException {
    if (change != null) {
      change(change);
    }
    Path found = found();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + found);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(damage);
    }
    try (FeatureDatabase source = FeatureDatabase.open(found);
        FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThatThrownBy(() -> database.takeFrom(source))
          .isInstanceOf(FeatureDatabaseException.class)
          .hasMessageContaining(why);
      assertThat(database.descriptors(0)).isEqualTo(bytes(3, 5));
    }
    assertThat(matches()).isEmpty();
  }

  @Test
  void aDatabaseIsNotCreatedInAnother() {
    assertThatThrownBy(() -> FeatureDatabase.create(file, List.of("a.jpg")))
        .isInstanceOf(FeatureDatabaseException.class)
        .hasMessageContaining("table images already exists");
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text.db"), "no database ".repeat(100));
    assertThatThrownBy(() -> FeatureDatabase.open(text))
        .isInstanceOf(FeatureDatabaseException.class)
        .hasMessageContaining("not a database");
    assertThatThrownBy(() -> FeatureDatabase.open(folder.resolve("none.db")))
        .isInstanceOf(FeatureDatabaseException.class)
        .hasMessageContaining("there is no ");
    change("UPDATE descriptors SET rows = 3 WHERE image_id = 1");
    try (FeatureDatabase database = FeatureDatabase.open(file)) {
      assertThatThrownBy(() -> database.descriptors(1))
          .isInstanceOf(FeatureDatabaseException.class)
          .hasMessageContaining("256 bytes are the 3 descriptors of b.jpg");
    }
  }
}
