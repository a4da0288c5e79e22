package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes programs that answer as releases of COLMAP do. Their options are those of the sources. */
public final class FakeColmap {
  private static final String COMMON = "random_seed database_path image_path";

  private FakeColmap() {}

  /** The options of each command that the stage uses, by release. */
  private static Map<String, String> options(String version) {
    boolean four = version.startsWith("4");
    boolean renamed = four || version.startsWith("3.13");
    String global = renamed ? "default_random_seed database_path image_path" : COMMON;
    String matching = renamed ? "FeatureMatching" : "SiftMatching";
    String extraction = renamed ? "FeatureExtraction" : "SiftExtraction";
    String matcher =
        "%s %s.use_gpu %s.num_threads%s"
            .formatted(global, matching, matching, renamed ? " TwoViewGeometry.random_seed" : "");
    Map<String, String> options = new TreeMap<>();
    options.put(
        "feature_extractor",
        "%s %s.use_gpu %s.num_threads %s.max_image_size SiftExtraction.max_num_features"
            .formatted(global, extraction, extraction, four ? extraction : "SiftExtraction"));
    for (String name : List.of("exhaustive", "sequential", "spatial", "vocab_tree")) {
      options.put(name + "_matcher", matcher);
    }
    options.put(
        "mapper",
        global
            + " Mapper.num_threads Mapper.min_model_size Mapper.init_min_num_inliers"
            + " Mapper.init_max_error Mapper.ba_global_points_ratio Mapper.ba_global_%s_ratio"
                .formatted(renamed ? "frames" : "images")
            + (renamed ? " Mapper.random_seed" : ""));
    if (four) {
      options.put("global_mapper", global + " GlobalMapper.random_seed GlobalMapper.num_threads");
    }
    return options;
  }

  /**
   * Writes the database that the feature extractor of COLMAP 3.8 leaves: each photograph, {@code
   * 0.jpg}, {@code 1.jpg}, …, has one feature.
   *
   * @param changes SQL
   */
  public static void database(Path file, int photographs, String... changes) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE images (image_id INTEGER PRIMARY KEY, name TEXT)");
      for (String table : List.of("keypoints", "descriptors")) {
        statement.executeUpdate(
            "CREATE TABLE %s (image_id INTEGER PRIMARY KEY, rows INTEGER, cols INTEGER, data BLOB)"
                .formatted(table));
      }
      for (String table : List.of("matches", "two_view_geometries")) {
        statement.executeUpdate(
            "CREATE TABLE %s (pair_id INTEGER PRIMARY KEY, rows INTEGER, cols INTEGER, data BLOB)"
                .formatted(table));
      }
      for (int i = 0; i < photographs; i++) {
        int id = photographs - i;
        statement.executeUpdate("INSERT INTO images VALUES (%s, '%s.jpg')".formatted(id, i));
        statement.executeUpdate(
            "INSERT INTO descriptors VALUES (%s, 1, 128, zeroblob(128))".formatted(id));
      }
      for (String change : changes) {
        statement.executeUpdate(change);
      }
    }
  }

  /** The dialect of such a release. */
  static ColmapDialect dialect(String version) {
    Map<String, Set<String>> options = new TreeMap<>();
    options(version).forEach((name, words) -> options.put(name, Set.of(words.split(" ", -1))));
    return new ColmapDialect(version, new TreeSet<>(options.keySet()), options);
  }

  /**
   * Writes the program. It answers questions about itself and runs the shell commands {@code body}
   * for everything else.
   *
   * @return its path
   */
  public static Path write(Path script, String version, String body) throws IOException {
    StringBuilder cases = new StringBuilder();
    options(version)
        .forEach(
            (name, words) ->
                cases.append(
                    "    %s) for o in %s; do echo \"  --$o arg\"; done;;\n"
                        .formatted(name, words)));
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = help ]; then
          echo "COLMAP %s -- Structure-from-Motion and Multi-View Stereo"
          echo "              (Commit Unknown on Unknown without CUDA)"
          echo
          echo "Available commands:"
          for c in help %s; do echo "  $c"; done
          exit 0
        fi
        if [ "$2" = -h ]; then
          case $1 in
        %s  esac
          exit 0
        fi
        [ "$1" = feature_extractor ] && : > "$3"
        %s
        """
            .formatted(version, String.join(" ", options(version).keySet()), cases, body));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
