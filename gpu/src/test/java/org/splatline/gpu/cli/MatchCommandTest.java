package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
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
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
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
  void featuresAreFoundFirstIfThePhotographsAreNamed() throws IOException, SQLException {
    BufferedImage picture = new BufferedImage(96, 80, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D brush = picture.createGraphics();
    Random random = new Random(1);
    for (int spot = 0; spot < 40; spot++) {
      brush.setColor(new Color(random.nextInt(1 << 24)));
      brush.fillOval(random.nextInt(90), random.nextInt(74), 6, 6);
    }
    Path images = Files.createDirectory(folder.resolve("images"));
    for (String name : List.of("a.jpg", "b.jpg", "c.jpg")) {
      ImageIO.write(picture, "png", images.resolve(name).toFile()); // same pixels, not as a JPEG
    }
    Features features =
        new CpuFeatureExtractor()
            .extract(GreyPicture.of(PictureReader.read(images.resolve("a.jpg"))), 8192);
    assertThat(match("--images=" + images)).as(err.toString()).isZero();
    assertThat(features.size()).isGreaterThan(20);
    assertThat(out.toString())
        .startsWith("3 photographs, %d features in ".formatted(3 * features.size()));
    assertThat(err.toString()).contains("gpu_extractor 3/3");
    try (FeatureDatabase database = FeatureDatabase.open(database())) {
      assertThat(database.keypoints(2)).isEqualTo(features.keypoints());
      assertThat(database.descriptors(2)).isEqualTo(features.descriptors());
    }
    assertThat(matches())
        .containsOnlyKeys(MAX_IMAGE_ID + 2, MAX_IMAGE_ID + 3, 2 * MAX_IMAGE_ID + 3)
        .allSatisfy((pair, rows) -> assertThat(rows).isGreaterThan(features.size() / 2));
  }

  @Test
  void photographsThatAreNotThereAreASentence() throws SQLException {
    assertThat(match("--images=" + folder.resolve("nowhere"))).isEqualTo(TrainerMain.USAGE);
    assertThat(err.toString()).startsWith("Cannot find features: there is no folder ");
    assertThat(matches()).containsOnlyKeys(7L);
  }

  @Test
  void aFileThatIsNoDatabaseIsASentence() throws IOException {
    Files.writeString(database(), "photographs");
    assertThat(match()).isEqualTo(TrainerMain.USAGE);
    assertThat(err.toString()).startsWith("Cannot use COLMAP's database: ");
  }
}
