package org.splatline.gpu.sfm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The commands and options of one COLMAP program, found by asking it. Options were renamed between
 * releases without aliases, and an unknown option ends the program. Of several names for an option,
 * the first one that the program knows is used. Releases 3.8 to 4.1 have one of each.
 *
 * @param version for messages
 * @param commands of the program
 * @param options of each command that is used, without dashes
 */
record ColmapDialect(String version, Set<String> commands, Map<String, Set<String>> options) {
  static final String EXTRACTOR = "feature_extractor";
  static final String MAPPER = "mapper";
  static final String GLOBAL_MAPPER = "global_mapper";
  private static final List<String> EXTRACTION = List.of("FeatureExtraction", "SiftExtraction");
  private static final List<String> MATCHING = List.of("FeatureMatching", "SiftMatching");

  ColmapDialect {
    commands = Set.copyOf(commands);
    options = Map.copyOf(options);
  }

  /**
   * Asks for the commands, and for the options of the commands that the stage uses.
   *
   * @throws SceneException TOOL_MISSING when the program cannot be started
   */
  static ColmapDialect ask(ColmapBinary colmap, ColmapVersion version)
      throws IOException, InterruptedException {
    Set<String> commands = colmap.commands();
    Map<String, Set<String>> options = new TreeMap<>();
    List<String> used = new ArrayList<>(List.of(EXTRACTOR, MAPPER, GLOBAL_MAPPER));
    for (SfmConfig.Matching matching : SfmConfig.Matching.values()) {
      matching.command().ifPresent(used::add);
    }
    for (String command : used) {
      if (commands.contains(command)) {
        options.put(command, colmap.options(command));
      }
    }
    return new ColmapDialect(version.version(), commands, options);
  }

  boolean has(String command) {
    return commands.contains(command);
  }

  /** Options of {@value #EXTRACTOR} that set its threads and switch the GPU off. */
  List<String> extractionResources(int threads) {
    return resources(EXTRACTOR, EXTRACTION, threads);
  }

  /** Options of a matcher that set its threads and switch the GPU off. */
  List<String> matchingResources(String matcher, int threads) {
    return resources(matcher, MATCHING, threads);
  }

  /** The side above which COLMAP reduces photographs before it looks for features. */
  List<String> maxImageSize(int side) {
    return required(EXTRACTOR, EXTRACTION, "max_image_size", Integer.toString(side));
  }

  List<String> maxFeatures(int features) {
    return required(
        EXTRACTOR,
        List.of("SiftExtraction", "FeatureExtraction"),
        "max_num_features",
        Integer.toString(features));
  }

  /** The option that sets a command's random seed; empty if it has none. */
  List<String> seed(String command, int seed) {
    for (String name :
        List.of("Mapper.random_seed", "GlobalMapper.random_seed", "TwoViewGeometry.random_seed")) {
      if (knows(command, name)) {
        return List.of("--" + name, Integer.toString(seed));
      }
    }
    return ifKnown(command, "random_seed", Integer.toString(seed));
  }

  /** The option if the command knows it, else nothing. */
  List<String> ifKnown(String command, String name, String value) {
    return knows(command, name) ? List.of("--" + name, value) : List.of();
  }

  private boolean knows(String command, String name) {
    return options.getOrDefault(command, Set.of()).contains(name);
  }

  /** The GPU is switched off explicitly: by default COLMAP aborts on a machine without one. */
  private List<String> resources(String command, List<String> groups, int threads) {
    List<String> words = new ArrayList<>(required(command, groups, "use_gpu", "0"));
    words.addAll(required(command, groups, "num_threads", Integer.toString(threads)));
    return words;
  }

  private List<String> required(String command, List<String> groups, String name, String value) {
    for (String group : groups) {
      if (knows(command, group + "." + name)) {
        return List.of("--" + group + "." + name, value);
      }
    }
    throw new SceneException(
        Verdict.TOOL_INCOMPATIBLE,
        "Cannot use COLMAP %s: its %s knows none of the options %s. Install COLMAP %s, or name another program with sfm.colmap."
            .formatted(
                version,
                command,
                String.join(", ", groups.stream().map(group -> "--" + group + "." + name).toList()),
                ColmapVersion.SUPPORTED));
  }
}
