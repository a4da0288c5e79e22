package org.splatline.gpu.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One kind of training that an ablation compares.
 *
 * @param folder its folder in that of the ablation
 * @param words its name in the table
 * @param profile its profile; null for the profile of the command line
 * @param settings keys and values that override the profile
 * @param shareOfVanilla share of vanilla's Gaussians that its last prune keeps; 0 to use the prune
 *     schedule
 */
record AblationRow(
    String folder,
    String words,
    String profile,
    Map<String, String> settings,
    double shareOfVanilla) {
  static final AblationRow VANILLA = new AblationRow("vanilla", "vanilla", "vanilla", Map.of(), 0);
  static final AblationRow ALL = new AblationRow("all", "all", null, Map.of(), 0);

  static AblationRow of(AblationPart part, Map<String, String> settings) {
    return new AblationRow(part.name(), part.words(), null, new TreeMap<>(settings), 0);
  }

  /** A row that keeps a share of vanilla's Gaussians. */
  static AblationRow keeping(double share) {
    double parts = 1 / share;
    String words =
        Math.abs(parts - Math.rint(parts)) < 1e-9
            ? "vanilla / " + Math.round(parts)
            : share + " × vanilla";
    return new AblationRow("keep-" + share, words, null, Map.of(), share);
  }

  /** A copy that sets the key of the final number of Gaussians. */
  AblationRow endingAt(int gaussians, String key) {
    return new AblationRow(folder, words, profile, Map.of(key, "" + gaussians), shareOfVanilla);
  }

  /** Its settings, as {@code --set} takes them. */
  String settingsText() {
    return settings.entrySet().stream()
        .map(setting -> "%s=%s".formatted(setting.getKey(), setting.getValue()))
        .collect(Collectors.joining(", "));
  }
}
