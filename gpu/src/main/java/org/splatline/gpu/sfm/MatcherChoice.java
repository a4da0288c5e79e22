package org.splatline.gpu.sfm;

import java.util.Optional;
import org.splatline.gpu.sfm.SfmConfig.Matching;

/**
 * Which pairs are compared, and why.
 *
 * @param matcher never {@link Matching#AUTO}
 * @param reason one clause, for the tables
 */
record MatcherChoice(Matching matcher, String reason) {
  private static final double MOST =
      0.8; // share of photographs with GPS that spatial matching needs

  /** The same choice, which also says why COLMAP compares the pairs. */
  MatcherChoice because(Optional<String> absence) {
    return absence.map(why -> and("; by COLMAP: " + why)).orElse(this);
  }

  /** The same choice, which also says this. */
  MatcherChoice and(String words) {
    return new MatcherChoice(matcher, reason + words);
  }

  static MatcherChoice of(SfmConfig config, SfmHints hints, int images) {
    if (config.matcher() != Matching.AUTO) {
      return new MatcherChoice(config.matcher(), "set by sfm.matcher");
    }
    if (hints.frames()) {
      return new MatcherChoice(Matching.SEQUENTIAL, "frames of a video, in order");
    }
    int most = config.exhaustiveMaxImages();
    if (images <= most) {
      return new MatcherChoice(
          Matching.EXHAUSTIVE,
          "%s photographs, at most sfm.exhaustive-max-images = %s".formatted(images, most));
    }
    if (hints.withPosition() >= MOST * images) {
      return new MatcherChoice(
          Matching.SPATIAL,
          "%s of %s photographs have GPS".formatted(hints.withPosition(), images));
    }
    return config.hasVocabulary()
        ? new MatcherChoice(
            Matching.VOCABULARY,
            "%s photographs, and sfm.vocabulary names a file".formatted(images))
        : new MatcherChoice(
            Matching.SEQUENTIAL,
            "%s photographs, more than sfm.exhaustive-max-images = %s".formatted(images, most));
  }
}
