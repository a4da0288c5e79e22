package org.splatline.gpu.train;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/**
 * How good a model is: a word, and what would help. A verdict says whether a scene is done; this
 * says how well. The rule is in docs/verdicts.md.
 *
 * @param advice one sentence without a full stop; empty if the model is good
 */
public record QualityWord(Word word, String advice) {
  private static final int GOOD_VIEWS = 40; // so many photographs make a scene from all sides
  private static final int LEAST_MORE = 10;

  /** With so few values of its pixels, a Gaussian is not determined by the photographs. */
  private static final int FEW_PIXELS = 10;

  /** The words, best first. */
  public enum Word {
    GOOD,
    FAIR,
    POOR;

    /** As in tables and files. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is known of a model.
   *
   * @param psnr of held-out views, dB; NaN without any, as {@code ssim}
   * @param trainPsnr of training views at the end of training, dB; null: not known
   * @param views registered photographs
   * @param photographs all photographs that could have been registered; 0: not known
   * @param pixelsPerGaussian pixels of all training views per Gaussian
   * @param steps of training; 0: not known
   * @param where more photographs would help most; empty: not known
   */
  record Evidence(
      double psnr,
      double ssim,
      Double trainPsnr,
      int views,
      int photographs,
      double pixelsPerGaussian,
      int steps,
      String where) {

    private double gap() {
      return trainPsnr == null ? 0 : trainPsnr - psnr;
    }

    private double registered() {
      return photographs == 0 ? 1 : (double) views / photographs;
    }
  }

  /** The word of a model. */
  static QualityWord of(Evidence found, QualityConfig config) {
    Word word = word(found, config);
    return new QualityWord(word, word == Word.GOOD ? "" : advice(found, config.word()));
  }

  private static Word word(Evidence found, QualityConfig config) {
    QualityWordConfig limits = config.word();
    if (!(found.psnr() >= limits.poorPsnr() && found.ssim() >= limits.poorSsim())) { // or NaN
      return Word.POOR;
    }
    boolean meetsTargets =
        found.psnr() >= config.targetPsnr() && found.ssim() >= config.targetSsim();
    boolean isAsGoodAsItGets =
        found.psnr() >= limits.goodPsnr()
            && found.ssim() >= limits.goodSsim()
            && found.gap() <= limits.goodGap();
    return found.registered() >= limits.goodRegistered() && (meetsTargets || isAsGoodAsItGets)
        ? Word.GOOD
        : Word.FAIR;
  }

  /** What holds the model back most. */
  private static String advice(Evidence found, QualityWordConfig limits) {
    if (Double.isNaN(found.psnr())) {
      return "no view is held out, so nobody knows: leave transforms_test.json away or name views"
          + " there";
    }
    if (found.registered() < limits.goodRegistered()) {
      return "only %d of %d photographs have a camera: take more between them and the others (table images), each sharing two thirds of its image with the next"
          .formatted(found.views(), found.photographs());
    }
    if (found.trainPsnr() != null && found.gap() <= limits.goodGap()) {
      return format(
          "training views reach only %.1f dB: mask what moves, leave out blurred photographs, or"
              + " train longer than %,d steps",
          found.trainPsnr(), found.steps());
    }
    String photographs =
        found.views() < GOOD_VIEWS
            ? "%d photographs: take %d more%s"
                .formatted(found.views(), more(found.views()), between(found.where()))
            : "take more photographs" + between(found.where()) + ", and mask what moves";
    return photographs
        + (found.trainPsnr() == null
            ? ""
            : format(" (training views reach %.1f dB)", found.trainPsnr()))
        + (found.pixelsPerGaussian() < FEW_PIXELS
            ? format(
                "; %.1f pixels per Gaussian are few, so lower densify.budget or image.reduce",
                found.pixelsPerGaussian())
            : "");
  }

  private static String between(String where) {
    return where.isEmpty() ? "" : ", first " + where;
  }

  /** In tens. */
  private static int more(int views) {
    return Math.max(LEAST_MORE, (GOOD_VIEWS - views + 9) / 10 * 10);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** The two training views around the held-out view with the lowest PSNR, in words. */
  static String where(Scene scene, Evaluation evaluation) {
    Optional<ViewMetrics> worst =
        evaluation.views().stream().min(Comparator.comparing(ViewMetrics::psnr));
    if (worst.isEmpty() || scene.trainViews().size() < 2) {
      return "";
    }
    double[] from =
        scene.testViews().stream()
            .filter(view -> view.name().equals(worst.get().view()))
            .findFirst()
            .orElseThrow()
            .camera()
            .center();
    List<View> nearest =
        scene.trainViews().stream()
            .sorted(Comparator.comparing(view -> distance(view.camera().center(), from)))
            .limit(2)
            .toList();
    return format(
        "between %s and %s, where %s reaches %.1f dB",
        nearest.get(0).name(), nearest.get(1).name(), worst.get().view(), worst.get().psnr());
  }

  private static double distance(double[] a, double[] b) {
    return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
  }
}
