package org.splatline.gpu.sfm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.splatline.gpu.verdict.Verdict;

/**
 * One way to reconstruct a scene. Later rungs compare more pairs or accept less, and take longer.
 *
 * @param number from 1
 * @param pairs to compare before mapping; empty: the pairs of the earlier rungs
 * @param mapping how cameras are found
 */
record Rung(int number, Optional<Pairs> pairs, Mapping mapping) {
  /** Verdicts about the scene, not about the tool. */
  static final Set<Verdict> SCENE_VERDICTS =
      Set.of(
          Verdict.LOW_REGISTRATION,
          Verdict.SPLIT_MODEL,
          Verdict.NO_MODEL,
          Verdict.NO_MATCHES,
          Verdict.HIGH_REPROJECTION);

  private static final int MORE_OVERLAP = 3;

  /** How cameras and points are found. */
  enum Mapping {
    /** COLMAP adds one photograph after the other. */
    INCREMENTAL,
    /** As INCREMENTAL, but accepts weaker matches. */
    RELAXED,
    /** All at once, if the program has a global mapper. */
    GLOBAL
  }

  /**
   * @param matching never AUTO
   * @param overlap neighbours that each frame is matched with, for SEQUENTIAL
   * @param by what compares them
   * @param reason one clause, for the tables
   */
  record Pairs(SfmConfig.Matching matching, int overlap, By by, String reason) {
    Pairs because(String more) {
      return new Pairs(matching, overlap, by, reason + more);
    }
  }

  /** What compares pairs. */
  enum By {
    COLMAP,
    GPU
  }

  /**
   * The ladder, from the first rung on. {@code sfm.rungs} limits its length.
   *
   * @param gpu what a GPU compares in a rung before these; empty: there is no such rung
   */
  static List<Rung> ladder(
      SfmConfig config, MatcherChoice choice, Optional<Pairs> gpu, int images, boolean hasGlobal) {
    List<Rung> rungs = ladder(config, choice, images, hasGlobal);
    if (gpu.isEmpty()) {
      return rungs;
    }
    List<Rung> all = new ArrayList<>(List.of(new Rung(1, gpu, Mapping.INCREMENTAL)));
    rungs.forEach(rung -> all.add(new Rung(rung.number() + 1, rung.pairs(), rung.mapping())));
    return all;
  }

  private static List<Rung> ladder(
      SfmConfig config, MatcherChoice choice, int images, boolean hasGlobal) {
    List<Rung> rungs = new ArrayList<>();
    Pairs first =
        new Pairs(choice.matcher(), config.sequentialOverlap(), By.COLMAP, choice.reason());
    rungs.add(new Rung(1, Optional.of(first), Mapping.INCREMENTAL));
    morePairs(config, choice, images)
        .ifPresent(pairs -> rungs.add(new Rung(2, Optional.of(pairs), Mapping.INCREMENTAL)));
    rungs.add(new Rung(rungs.size() + 1, Optional.empty(), Mapping.RELAXED));
    if (hasGlobal) {
      rungs.add(new Rung(rungs.size() + 1, Optional.empty(), Mapping.GLOBAL));
    }
    return rungs.subList(0, Math.min(config.rungs(), rungs.size()));
  }

  private static Optional<Pairs> morePairs(SfmConfig config, MatcherChoice choice, int images) {
    if (choice.matcher() == SfmConfig.Matching.EXHAUSTIVE
        || config.matcher() != SfmConfig.Matching.AUTO) {
      return Optional.empty();
    }
    int overlap = MORE_OVERLAP * config.sequentialOverlap();
    return Optional.of(
        images <= config.exhaustiveRungImages()
            ? new Pairs(
                SfmConfig.Matching.EXHAUSTIVE,
                overlap,
                By.COLMAP,
                "too few registered before; %s photographs, at most sfm.exhaustive-rung-images = %s"
                    .formatted(images, config.exhaustiveRungImages()))
            : new Pairs(
                SfmConfig.Matching.SEQUENTIAL,
                overlap,
                By.COLMAP,
                "too few registered before; overlap %s".formatted(overlap)));
  }

  /** Whether this rung may give a better result than the one before, which ended so. */
  boolean canImprove(Verdict before) {
    return switch (before) {
      case LOW_REGISTRATION, SPLIT_MODEL, NO_MODEL, DEGRADED -> true;
      case NO_MATCHES -> pairs.isPresent();
      default -> false;
    };
  }

  boolean isOnGpu() {
    return pairs.filter(of -> of.by() == By.GPU).isPresent();
  }

  /** A short name for messages and logs. */
  String label() {
    return pairs
        .map(
            of ->
                of.matching().label()
                    + (of.matching() == SfmConfig.Matching.SEQUENTIAL ? " " + of.overlap() : "")
                    + (of.by() == By.GPU ? " on the GPU" : ""))
        .orElse(mappingLabel());
  }

  String mappingLabel() {
    return mapping.name().toLowerCase(Locale.ROOT);
  }
}
