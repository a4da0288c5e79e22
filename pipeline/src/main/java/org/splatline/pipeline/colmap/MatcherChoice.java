package org.splatline.pipeline.colmap;

import org.splatline.pipeline.colmap.SfmConfig.Matching;

/**
 * Which pairs are compared and why.
 *
 * @param matcher never {@link Matching#AUTO}
 * @param reason one clause, for the tables
 */
record MatcherChoice(Matching matcher, String reason) {

  static MatcherChoice of(SfmConfig config, int images) {
    if (config.matcher() != Matching.AUTO) {
      return new MatcherChoice(config.matcher(), "set by sfm.matcher");
    }
    int most = config.exhaustiveMaxImages();
    return images <= most
        ? new MatcherChoice(
            Matching.EXHAUSTIVE,
            "%s photographs, at most sfm.exhaustive-max-images = %s".formatted(images, most))
        : new MatcherChoice(
            Matching.SEQUENTIAL,
            "%s photographs, more than sfm.exhaustive-max-images = %s".formatted(images, most));
  }
}
