package org.splatline.gpu.sfm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Checks photographs and models before the next, more expensive step. */
public final class SfmGate {
  private static final double ROUNDING = 1e-9; // so that 0.6 x 15 requires 9
  private static final String MORE_OVERLAP =
      "Take more photographs, each sharing two thirds of its picture with the next";

  private static final int DISK_FACTOR = 4;
  private static final int MIN_GROUP = 3;
  private static final int NAMED_GROUPS = 3;
  private static final int NAMED_PHOTOGRAPHS = 10;

  /** Of the median distance to the points: then parallax is below 0.1 px. */
  private static final double LEAST_BASELINE = 1e-5;

  /** Of the distance to the origin: a float32 has 24 bits. */
  private static final double LEAST_STEP = 1e-6;

  private final SfmConfig config;
  private final String sceneId;

  public SfmGate(SfmConfig config, String sceneId) {
    this.config = config;
    this.sceneId = sceneId;
  }

  /**
   * Checks the photographs before COLMAP starts.
   *
   * @param files in the scene's folder
   * @param readable of these files
   */
  void checkPhotographs(int files, int readable) {
    if (files > 0 && readable == 0) {
      throw refusal(
          Verdict.UNREADABLE_IMAGES,
          "none of its %s files can be read as a photograph. Give JPEG or PNG files that open in a viewer."
              .formatted(files));
    }
    if (readable < config.minImages()) {
      throw refusal(
          Verdict.FEW_IMAGES,
          "%s of %s files are readable photographs, need %s. Add photographs taken from other places; 30 or more make a good scene."
              .formatted(readable, files, config.minImages()));
    }
  }

  /**
   * Checks the disk before COLMAP starts. The database and the undistorted pictures take more space
   * than the photographs.
   */
  void checkDisk(long photographBytes, long freeBytes) {
    long needed = DISK_FACTOR * photographBytes + config.freeDisk();
    if (freeBytes < needed) {
      throw refusal(
          Verdict.DISK_FULL,
          "it needs %d MiB of disk to work in, %d are free. Make room, name a folder on a larger disk with -Dsplatline.work, or lower sfm.free-disk."
              .formatted(needed >> 20, freeBytes >> 20));
    }
  }

  /** The verdict on a scene whose mapping gave no model. */
  SceneException withoutModel(int readable, boolean withoutMatches) {
    return withoutMatches
        ? refusal(
            Verdict.NO_MATCHES,
            "no two of its %s photographs show the same thing. %s, in focus and of something with texture."
                .formatted(readable, MORE_OVERLAP))
        : refusal(
            Verdict.NO_MODEL,
            "COLMAP found no pair of its %s photographs to start from. %s, and walk around the subject instead of turning on the spot."
                .formatted(readable, MORE_OVERLAP));
  }

  /**
   * Checks the model before training.
   *
   * @param chosen the model to train on
   * @param models all sub-models
   * @param readable photographs COLMAP could read
   */
  void checkModel(SubModel chosen, List<SubModel> models, int readable) {
    ModelStatistics best = chosen.statistics();
    int needed = Math.max(config.minRegistered(), share(readable));
    if (best.registeredImages() < needed) {
      throw tooFewRegistered(best.registeredImages(), readable, needed, groups(models));
    }
    checkPoints("COLMAP's model", best.points());
    checkTracks("COLMAP's model", best);
    checkError(best);
  }

  /**
   * Checks a model that a scene brings, as far as its figures exist: its cameras stand in more than
   * one place; its points, tracks and errors are as those of our own models, unless it has none.
   */
  public void checkBrought(SceneImages images) {
    ColmapPoints points = images.points();
    checkPlaces(images.present().stream().map(image -> image.pinhole().center()).toList(), points);
    if (points.size() == 0) {
      return;
    }
    checkPoints("the model that it brings", points.usable());
    ModelStatistics statistics = points.statistics();
    if (statistics.observations() > 0) {
      checkTracks("the model that it brings", statistics);
    }
    if (!Double.isNaN(statistics.meanErrorPx())) {
      checkError(statistics);
    }
  }

  private void checkPlaces(List<double[]> centers, ColmapPoints points) {
    double[] mean = new double[3];
    for (double[] center : centers) {
      for (int i = 0; i < 3; i++) {
        mean[i] += center[i] / centers.size();
      }
    }
    double spread = centers.stream().mapToDouble(center -> distance(center, mean)).max().orElse(0);
    double least =
        Math.max(
            LEAST_STEP * distance(mean, new double[3]),
            LEAST_BASELINE * points.medianDistance(mean));
    if (spread <= least) {
      throw refusal(
          Verdict.NO_MODEL,
          "all %s cameras of the model that it brings are in one place: at most %s from %s, need more than %s. Walk around the subject instead of turning on the spot."
              .formatted(centers.size(), (float) spread, Arrays.toString(mean), (float) least));
    }
  }

  private static double distance(double[] a, double[] b) {
    return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
  }

  private void checkPoints(String model, int points) {
    if (points < config.minPoints()) {
      throw refusal(
          Verdict.NO_MODEL,
          "%s has %s points, need %s. %s, in focus and of something with texture, or lower sfm.min-points."
              .formatted(model, points, config.minPoints(), MORE_OVERLAP));
    }
  }

  private void checkTracks(String model, ModelStatistics best) {
    if (best.meanTrackLength() < config.minTrackLength()) {
      throw refusal(
          Verdict.NO_MODEL,
          String.format(
              Locale.ROOT,
              "a point of %s is seen in %.2f photographs on average, need %s. %s, or"
                  + " lower sfm.min-track-length.",
              model,
              best.meanTrackLength(),
              config.minTrackLength(),
              MORE_OVERLAP));
    }
  }

  private void checkError(ModelStatistics best) {
    if (!(best.meanErrorPx() <= config.maxErrorPx())) { // so that NaN fails
      throw refusal(
          Verdict.HIGH_REPROJECTION,
          String.format(
              Locale.ROOT,
              "the mean reprojection error is %.2f px, at most %s are allowed. Leave out blurred"
                  + " photographs and things that move, or raise sfm.max-error-px.",
              best.meanErrorPx(),
              config.maxErrorPx()));
    }
  }

  /**
   * What a usable model lacks, one sentence; empty: nothing.
   *
   * @param names of the readable photographs
   */
  String shortfall(SubModel chosen, List<SubModel> models, List<String> names) {
    int registered = chosen.statistics().registeredImages();
    if (registered >= config.degradedShare() * names.size() - ROUNDING) {
      return "";
    }
    Set<String> placed = Set.copyOf(chosen.names());
    List<String> missing =
        names.stream().filter(name -> !placed.contains(name)).limit(NAMED_PHOTOGRAPHS).toList();
    int groups = groups(models).size();
    return "Scene %s has a model of %s of its %s photographs%s. Not in it: %s%s. Take more around these, each sharing two thirds of its picture with the next, if the model is not good enough."
        .formatted(
            sceneId,
            registered,
            names.size(),
            groups > 1 ? ", the largest of %s groups that do not overlap".formatted(groups) : "",
            String.join(", ", missing),
            names.size() - registered > missing.size() ? ", …" : "");
  }

  /** The models of at least {@value #MIN_GROUP} photographs, the largest first. */
  private static List<SubModel> groups(List<SubModel> models) {
    return models.stream()
        .filter(model -> model.names().size() >= MIN_GROUP)
        .sorted(Comparator.comparingInt((SubModel model) -> model.names().size()).reversed())
        .toList();
  }

  private SceneException tooFewRegistered(
      int registered, int readable, int needed, List<SubModel> groups) {
    String orLower =
        "or lower sfm.min-registered-share (%s) or sfm.min-registered (%s)."
            .formatted(config.minRegisteredShare(), config.minRegistered());
    if (groups.size() < 2) {
      return refusal(
          Verdict.LOW_REGISTRATION,
          "COLMAP registered %s of %s photographs, need %s. %s, %s"
              .formatted(registered, readable, needed, MORE_OVERLAP, orLower));
    }
    String named =
        groups.stream().limit(NAMED_GROUPS).map(SfmGate::named).collect(Collectors.joining(", "));
    return refusal(
        Verdict.SPLIT_MODEL,
        "its photographs fall into %s groups that do not overlap: %s%s; the largest has %s of %s, need %s. Take 5 to 10 more on the way from one group to the next, each sharing two thirds of its picture with the one before, %s"
            .formatted(
                groups.size(),
                named,
                groups.size() > NAMED_GROUPS ? ", …" : "",
                registered,
                readable,
                needed,
                orLower));
  }

  private static String named(SubModel group) {
    List<String> names = group.names();
    return "%s from %s to %s".formatted(names.size(), names.get(0), names.get(names.size() - 1));
  }

  private int share(int readable) {
    return (int) Math.ceil(config.minRegisteredShare() * readable - ROUNDING);
  }

  private SceneException refusal(Verdict verdict, String why) {
    return new SceneException(verdict, "Cannot reconstruct scene %s: %s".formatted(sceneId, why));
  }
}
