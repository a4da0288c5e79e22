package org.splatline.gpu.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One kind of training an ablation compares.
 *
 * @param folder its place below the ablation's
 * @param words what the table calls it
 * @param profile it takes; null: the one asked for
 * @param settings keys and values over that
 * @param shareOfVanilla of vanilla's Gaussians that its last prune keeps; 0: as its schedule says
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

  /** Of {@code share} of vanilla's Gaussians. */
  static AblationRow keeping(double share) {
    double parts = 1 / share;
    String words =
        Math.abs(parts - Math.rint(parts)) < 1e-9
            ? "vanilla / " + Math.round(parts)
            : share + " × vanilla";
    return new AblationRow("keep-" + share, words, null, Map.of(), share);
  }

  /** The same that ends at a count of Gaussians. */
  AblationRow endingAt(int gaussians) {
    return new AblationRow(
        folder, words, profile, Map.of("prune.keep-gaussians", "" + gaussians), shareOfVanilla);
  }

  /** What it sets, as one would type it. */
  String settingsText() {
    return settings.entrySet().stream()
        .map(setting -> "%s=%s".formatted(setting.getKey(), setting.getValue()))
        .collect(Collectors.joining(", "));
  }
}
