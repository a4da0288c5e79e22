package org.splatline.pipeline.sfm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.splatline.gpu.verdict.Verdict;

/**
 * One way to try a scene. Those tried later see more pairs or ask less of them, and take longer.
 *
 * @param number from 1
 * @param pairs compared before mapping; empty: those of the rungs before
 * @param mapping how cameras are found
 */
record Rung(int number, Optional<Pairs> pairs, Mapping mapping) {
  /** Verdicts on what a rung found, not on the tool. */
  static final Set<Verdict> OF_THE_PHOTOGRAPHS =
      Set.of(
          Verdict.LOW_REGISTRATION,
          Verdict.SPLIT_MODEL,
          Verdict.NO_MODEL,
          Verdict.NO_MATCHES,
          Verdict.HIGH_REPROJECTION);

  private static final int MORE_OVERLAP = 3;

  /** How cameras and points are found. */
  enum Mapping {
    /** One photograph after the other. */
    INCREMENTAL,
    /** The same, content with less. */
    RELAXED,
    /** All at once, where the program can. */
    GLOBAL
  }

  /**
   * @param matching never AUTO
   * @param overlap neighbours each frame is matched with, if in order
   * @param reason one clause, for the tables
   */
  record Pairs(SfmConfig.Matching matching, int overlap, String reason) {}

  /** The ladder, from the first rung up; as long as {@code sfm.rungs} allows. */
  static List<Rung> ladder(SfmConfig config, MatcherChoice choice, int images, boolean hasGlobal) {
    List<Rung> rungs = new ArrayList<>();
    Pairs first = new Pairs(choice.matcher(), config.sequentialOverlap(), choice.reason());
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
                "too few registered before; %s photographs, at most sfm.exhaustive-rung-images = %s"
                    .formatted(images, config.exhaustiveRungImages()))
            : new Pairs(
                SfmConfig.Matching.SEQUENTIAL,
                overlap,
                "too few registered before; overlap %s".formatted(overlap)));
  }

  /** Whether it may mend what the rung before ended with. */
  boolean mends(Verdict before) {
    return switch (before) {
      case LOW_REGISTRATION, SPLIT_MODEL, NO_MODEL, DEGRADED -> true;
      case NO_MATCHES -> pairs.isPresent();
      default -> false;
    };
  }

  /** A word or two, for messages and logs. */
  String label() {
    return pairs
        .map(
            of ->
                of.matching().label()
                    + (of.matching() == SfmConfig.Matching.SEQUENTIAL ? " " + of.overlap() : ""))
        .orElse(mappingLabel());
  }

  String mappingLabel() {
    return mapping.name().toLowerCase(Locale.ROOT);
  }
}
