package org.splatline.gpu.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.sift.Features;
import org.sqlite.SQLiteDataSource;

/**
 * The features and matches in a database of COLMAP, an SQLite file. It asks which columns there are
 * and refuses a database that it cannot fill as COLMAP would. Photographs count from 0, in the
 * order of their names. Close it before COLMAP uses the file.
 *
 * <p>Every method throws {@link FeatureDatabaseException} if the database cannot be used.
 */
public final class FeatureDatabase implements DescriptorSource, AutoCloseable {
  private static final long MAX_IMAGE_ID = 2_147_483_647L; // as in COLMAP's pair ids

  private final Connection connection;
  private final List<Photograph> photographs;

  private record Photograph(long id, String name, int features) {}

  private FeatureDatabase(Connection connection) throws SQLException {
    this.connection = connection;
    FeatureTables.check(connection);
    this.photographs = readPhotographs();
  }

  /** Opens the database that COLMAP's feature extractor has left. */
  public static FeatureDatabase open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new FeatureDatabaseException("there is no " + file);
    }
    try {
      Connection connection = connect(file);
      try {
        return new FeatureDatabase(connection);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  /**
   * Creates a database without features. It has those tables alone that this class uses, so COLMAP
   * can't read it.
   *
   * @param file isn't there yet
   * @param names of the photographs
   */
  public static void create(Path file, List<String> names) {
    try (Connection connection = connect(file)) {
      connection.setAutoCommit(false);
      FeatureTables.create(connection);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO images (name) VALUES (?)")) {
        for (String name : names) {
          insert.setString(1, name);
          insert.executeUpdate();
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file.toUri().toASCIIString()); // a name may have any character
    return source.getConnection();
  }

  private List<Photograph> readPhotographs() throws SQLException {
    List<Photograph> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT image_id, name, coalesce(rows, 0), coalesce(cols, %1$s)".formatted(WIDTH)
                    + " FROM images LEFT JOIN descriptors USING (image_id) ORDER BY name")) {
      while (row.next()) {
        if (row.getInt(4) != WIDTH) {
          throw new FeatureDatabaseException(
              "its descriptors have %s bytes".formatted(row.getInt(4)));
        }
        found.add(new Photograph(row.getLong(1), row.getString(2), row.getInt(3)));
      }
    }
    return List.copyOf(found);
  }

  /** The names of the photographs. */
  public List<String> names() {
    return photographs.stream().map(Photograph::name).toList();
  }

  @Override
  public int photographs() {
    return photographs.size();
  }

  @Override
  public int features(int photograph) {
    return photographs.get(photograph).features();
  }

  @Override
  public byte[] descriptors(int photograph) {
    byte[] bytes = blob("descriptors", photograph);
    if (bytes.length != features(photograph) * WIDTH) {
      throw new FeatureDatabaseException(
          "%s bytes are the %s descriptors of %s"
              .formatted(bytes.length, features(photograph), photographs.get(photograph).name()));
    }
    return bytes;
  }

  /**
   * The features of the largest scale of each photograph.
   *
   * @param most of a photograph
   */
  public DescriptorSource largest(int most) {
    return new LargestFeatures(this, most);
  }

  /** The keypoints of a photograph, as {@link Features} has them. */
  public float[] keypoints(int photograph) {
    FloatBuffer values =
        ByteBuffer.wrap(blob("keypoints", photograph))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    if (values.remaining() != features(photograph) * Features.KEYPOINT) {
      throw new FeatureDatabaseException(
          "%s numbers are the %s keypoints of %s"
              .formatted(
                  values.remaining(), features(photograph), photographs.get(photograph).name()));
    }
    float[] keypoints = new float[values.remaining()];
    values.get(keypoints);
    return keypoints;
  }

  private byte[] blob(String table, int photograph) {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT data FROM " + table + " WHERE image_id = ?")) {
      statement.setLong(1, photographs.get(photograph).id());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? bytes(row, 1) : new byte[0];
      }
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  private static byte[] bytes(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? new byte[0] : bytes;
  }

  /**
   * Replaces the features of all photographs and removes all matches, which were of the old
   * features. It does all of this, or nothing if {@code of} throws. Open the database again to read
   * the features.
   *
   * @param of gives the features of a photograph; called for one after the other
   */
  public void writeFeatures(IntFunction<Features> of) {
    inTransaction(() -> replaceFeatures(of));
  }

  private void replaceFeatures(IntFunction<Features> of) throws SQLException {
    boolean typed = FeatureTables.checkCanBeFilled(connection);
    try (Statement statement = connection.createStatement();
        PreparedStatement keypoints = connection.prepareStatement(insertion("keypoints", false));
        PreparedStatement descriptors =
            connection.prepareStatement(insertion("descriptors", typed))) {
      statement.executeUpdate("DELETE FROM keypoints");
      statement.executeUpdate("DELETE FROM descriptors");
      deleteMatches(statement);
      for (int photograph = 0; photograph < photographs.size(); photograph++) {
        Features features = of.apply(photograph);
        insert(keypoints, photograph, features.size(), Features.KEYPOINT, bytes(features));
        insert(descriptors, photograph, features.size(), WIDTH, features.descriptors());
      }
    }
  }

  private interface Work {
    void run() throws SQLException;
  }

  /** Does all of the work, or none of it if it throws. */
  private void inTransaction(Work work) {
    try {
      connection.setAutoCommit(false);
      try {
        work.run();
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  private static String insertion(String table, boolean typed) {
    return "INSERT INTO %s (image_id, rows, cols, data%s) VALUES (?, ?, ?, ?%s)"
        .formatted(table, typed ? ", type" : "", typed ? ", " + FeatureTables.SIFT : "");
  }

  private void insert(PreparedStatement insert, int photograph, int rows, int columns, byte[] bytes)
      throws SQLException {
    insert.setLong(1, photographs.get(photograph).id());
    insert.setInt(2, rows);
    insert.setInt(3, columns);
    insert.setBytes(4, bytes);
    insert.executeUpdate();
  }

  private static byte[] bytes(Features features) {
    float[] keypoints = features.keypoints();
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * keypoints.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(keypoints);
    return bytes.array();
  }

  /**
   * Writes matches in one transaction: all of them, or none if {@code work} throws.
   *
   * @param work gets what writes the matches of a pair; a pair may be written once
   */
  public void writeMatches(Consumer<Matcher.Receiver> work) {
    inTransaction(() -> insertMatches(work::accept));
  }

  private interface Giver {
    void give(Matcher.Receiver receiver) throws SQLException;
  }

  private void insertMatches(Giver giver) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO matches (pair_id, rows, cols, data) VALUES (?, ?, 2, ?)")) {
      giver.give((pair, matches) -> insert(insert, pair, matches));
    }
  }

  private void insert(PreparedStatement insert, PhotographPair pair, int[] matches) {
    long first = photographs.get(pair.first()).id();
    long second = photographs.get(pair.second()).id();
    checkArgument(first != second, "Invalid pair: %s", pair);
    boolean swapped = first > second;
    ByteBuffer bytes =
        ByteBuffer.allocate(matches.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < matches.length; i += 2) {
      bytes.putInt(matches[swapped ? i + 1 : i]).putInt(matches[swapped ? i : i + 1]);
    }
    try {
      insert.setLong(1, MAX_IMAGE_ID * Math.min(first, second) + Math.max(first, second));
      insert.setInt(2, matches.length / 2);
      insert.setBytes(3, bytes.array());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  /**
   * Replaces features and matches by those that another database has under the names of these
   * photographs. It does all of this, or nothing. What the other one has of more photographs is
   * left out. Open the database again to read the features.
   */
  public void takeFrom(FeatureDatabase other) {
    List<String> names = names();
    List<String> theirs = other.names();
    Map<String, Integer> places = places(theirs);
    for (String name : names) {
      if (!places.containsKey(name)) {
        throw new FeatureDatabaseException(
            "it lists %s, whose features nobody has found".formatted(name));
      }
    }
    Map<String, Integer> own = places(names);
    inTransaction(
        () -> {
          replaceFeatures(photograph -> other.read(places.get(names.get(photograph))));
          insertMatches(
              receiver ->
                  other.readMatches(
                      (pair, matches) -> {
                        Integer first = own.get(theirs.get(pair.first()));
                        Integer second = own.get(theirs.get(pair.second()));
                        if (first != null && second != null) {
                          receiver.accept(new PhotographPair(first, second), matches);
                        }
                      }));
        });
  }

  private static Map<String, Integer> places(List<String> names) {
    return IntStream.range(0, names.size()).boxed().collect(Collectors.toMap(names::get, i -> i));
  }

  private Features read(int photograph) {
    return new Features(keypoints(photograph), descriptors(photograph));
  }

  /** Passes on the matches of each pair that has a row, one after the other. */
  private void readMatches(Matcher.Receiver receiver) throws SQLException {
    Map<Long, Integer> places =
        IntStream.range(0, photographs.size())
            .boxed()
            .collect(Collectors.toMap(i -> photographs.get(i).id(), i -> i));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pair_id, rows, data FROM matches")) {
      while (row.next()) {
        Integer first = places.get(row.getLong(1) / MAX_IMAGE_ID);
        Integer second = places.get(row.getLong(1) % MAX_IMAGE_ID);
        int[] matches = new int[2 * row.getInt(2)];
        byte[] bytes = bytes(row, 3);
        if (first == null || second == null || bytes.length != Integer.BYTES * matches.length) {
          throw new FeatureDatabaseException("its pair %s is damaged".formatted(row.getLong(1)));
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(matches);
        receiver.accept(new PhotographPair(first, second), matches);
      }
    }
  }

  /** Removes all matches, verified or not, so that COLMAP matches anew. */
  public void clearMatches() {
    try (Statement statement = connection.createStatement()) {
      deleteMatches(statement);
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }

  private static void deleteMatches(Statement statement) throws SQLException {
    statement.executeUpdate("DELETE FROM matches");
    statement.executeUpdate("DELETE FROM two_view_geometries");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new FeatureDatabaseException(e);
    }
  }
}
