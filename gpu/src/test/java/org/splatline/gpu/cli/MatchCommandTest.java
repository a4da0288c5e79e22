package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A database with the tables of COLMAP 3.8, and three photographs that share all features. */
class MatchCommandTest {
  private static final long MAX_IMAGE_ID = 2_147_483_647L;
  private static final int FEATURES = 3;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void createDatabase() throws SQLException {
    change(
        "CREATE TABLE images (image_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE keypoints (image_id INTEGER PRIMARY KEY, rows INTEGER, cols INTEGER, data BLOB)",
        "CREATE TABLE descriptors (image_id INTEGER PRIMARY KEY, rows INTEGER, cols INTEGER, data BLOB)",
        "CREATE TABLE matches (pair_id INTEGER PRIMARY KEY, rows INTEGER, cols INTEGER, data BLOB)",
        "CREATE TABLE two_view_geometries (pair_id INTEGER PRIMARY KEY, rows INTEGER)",
        "INSERT INTO images VALUES (1, 'a.jpg'), (2, 'b.jpg'), (3, 'c.jpg')",
        "INSERT INTO matches VALUES (7, 1, 2, NULL)", // of an earlier call
        "INSERT INTO two_view_geometries VALUES (7, 1)",
        "PRAGMA user_version = 3800");
    byte[] descriptors = new byte[128 * FEATURES];
    for (int feature = 0; feature < FEATURES; feature++) {
      descriptors[128 * feature + feature] = (byte) 255;
      descriptors[128 * feature + 64 + feature] = (byte) 255;
      descriptors[128 * feature + 32 + feature] = (byte) 255;
      descriptors[128 * feature + 96 + feature] = (byte) 255;
    }
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO descriptors VALUES (?, ?, 128, ?)")) {
      for (int image = 1; image <= 3; image++) {
        insert.setInt(1, image);
        insert.setInt(2, FEATURES);
        insert.setBytes(3, descriptors);
        insert.executeUpdate();
      }
    }
  }

  private Path database() {
    return folder.resolve("database.db");
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database());
  }

  private void change(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.executeUpdate(one);
      }
    }
  }

  private Map<Long, Integer> matches() throws SQLException {
    Map<Long, Integer> rows = new TreeMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pair_id, rows FROM matches")) {
      while (row.next()) {
        rows.put(row.getLong(1), row.getInt(2));
      }
    }
    return rows;
  }

  private int match(String... more) {
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    List<String> arguments =
        new ArrayList<>(List.of("match", "--backend=cpu", "--database=" + database()));
    arguments.addAll(List.of(more));
    return TrainerMain.run(commands, arguments.toArray(String[]::new));
  }

  @Test
  void allPairsReplaceWhatThereWas() throws SQLException {
    assertThat(match()).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("3 pairs, 9 matches in ");
    assertThat(matches())
        .isEqualTo(
            Map.of(
                MAX_IMAGE_ID + 2, FEATURES,
                MAX_IMAGE_ID + 3, FEATURES,
                2 * MAX_IMAGE_ID + 3, FEATURES));
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM two_view_geometries")) {
      assertThat(row.getInt(1)).isZero();
    }
  }

  @Test
  void onlyListedPairsAreCompared() throws IOException, SQLException {
    Path pairs = Files.writeString(folder.resolve("pairs.txt"), "c.jpg a.jpg\n\na.jpg c.jpg\n");
    assertThat(match("--pairs=" + pairs)).as(err.toString()).isZero();
    assertThat(matches()).isEqualTo(Map.of(MAX_IMAGE_ID + 3, FEATURES));
  }

  @Test
  void aWrongPairIsRefusedBeforeAnythingIsRemoved() throws IOException, SQLException {
    Path pairs = Files.writeString(folder.resolve("pairs.txt"), "a.jpg d.jpg\n");
    assertThat(match("--pairs=" + pairs)).isEqualTo(TrainerMain.USAGE);
    assertThat(err.toString())
        .contains("pairs.txt: \"a.jpg d.jpg\" does not name two photographs of ");
    assertThat(matches()).containsOnlyKeys(7L);
  }

  @Test
  void aFileThatIsNoDatabaseIsASentence() throws IOException {
    Files.writeString(database(), "photographs");
    assertThat(match()).isEqualTo(TrainerMain.USAGE);
    assertThat(err.toString()).startsWith("Cannot use COLMAP's database: ");
  }
}
