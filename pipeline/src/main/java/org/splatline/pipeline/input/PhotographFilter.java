package org.splatline.pipeline.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.picture.PictureLook;
import org.splatline.pipeline.input.Photograph.Status;

/** Finds photographs that add little to a scene: blurred ones, and near-copies of another one. */
final class PhotographFilter {
  private static final int LIKE_BITS =
      4; // of 256: as many as another compression of a picture changes
  private static final int FEWEST = 3; // photographs that give a meaningful median sharpness

  private final PhotographRules rules;
  private final boolean dropsCopies;

  /** A photograph that is used, with its hash. */
  private record Kept(Photograph photograph, long[] hash) {

    boolean isLike(Photograph other, long[] otherHash) {
      return photograph.sha256().equals(other.sha256())
          || (photograph.width() == other.width()
              && photograph.height() == other.height()
              && PictureLook.distance(hash, otherHash) <= LIKE_BITS);
    }
  }

  /**
   * @param dropsCopies whether a file with the bytes of another is never used: COLMAP finds nothing
   *     between two views from one place. A model's masks may well be alike.
   */
  PhotographFilter(PhotographRules rules, boolean dropsCopies) {
    this.rules = rules;
    this.dropsCopies = dropsCopies;
  }

  /** The same files, flagged, and rejected where the rules say so. */
  List<Photograph> flagged(List<Photograph> photographs) {
    double blurredBelow = rules.blurredBelow() * medianSharpness(photographs);
    List<Photograph> flagged = new ArrayList<>();
    List<Kept> kept = new ArrayList<>();
    for (Photograph photograph : photographs) {
      Photograph checked =
          photograph.status() == Status.USED ? flag(photograph, kept, blurredBelow) : photograph;
      if (checked.status() == Status.USED) {
        kept.add(new Kept(checked, checked.look().words()));
      }
      flagged.add(checked);
    }
    return flagged;
  }

  private static Optional<Kept> copied(Photograph photograph, List<Kept> kept) {
    return kept.stream()
        .filter(other -> other.photograph().sha256().equals(photograph.sha256()))
        .findFirst();
  }

  private static double medianSharpness(List<Photograph> photographs) {
    double[] sharpness =
        photographs.stream()
            .filter(photograph -> photograph.status() == Status.USED)
            .mapToDouble(photograph -> photograph.look().sharpness())
            .sorted()
            .toArray();
    return sharpness.length < FEWEST ? 0 : sharpness[sharpness.length / 2];
  }

  private Photograph flag(Photograph photograph, List<Kept> kept, double blurredBelow) {
    boolean blurred = photograph.look().sharpness() < blurredBelow;
    long[] hash = photograph.look().words();
    String like =
        kept.stream()
            .filter(other -> other.isLike(photograph, hash))
            .findFirst()
            .map(other -> other.photograph().name())
            .orElse("");
    Photograph flagged = photograph.withFlags(blurred, like);
    Optional<Kept> same = dropsCopies ? copied(photograph, kept) : Optional.empty();
    if (same.isPresent()) {
      return flagged.withStatus(
          Status.DUPLICATE, "it holds the same bytes as " + same.get().photograph().name());
    }
    if (blurred && rules.blurred() == PhotographRules.Rule.DROP) {
      return flagged.withStatus(
          Status.BLURRED,
          String.format(
              Locale.ROOT,
              "it is blurred: its sharpness is %.1f, the scene's median times"
                  + " input.photographs.blurred-below is %.1f",
              photograph.look().sharpness(),
              blurredBelow));
    }
    if (!like.isEmpty() && rules.duplicates() == PhotographRules.Rule.DROP) {
      return flagged.withStatus(Status.DUPLICATE, "it looks like " + like);
    }
    return flagged;
  }
}
