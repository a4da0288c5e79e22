package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
            + " Mapper.init_max_error"
            + (renamed ? " Mapper.random_seed" : ""));
    if (four) {
      options.put("global_mapper", global + " GlobalMapper.random_seed GlobalMapper.num_threads");
    }
    return options;
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
        %s
        """
            .formatted(version, String.join(" ", options(version).keySet()), cases, body));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
