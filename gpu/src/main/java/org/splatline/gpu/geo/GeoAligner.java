package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.splatline.gpu.geo.AlignmentOutcome.Aligned;
import org.splatline.gpu.geo.AlignmentOutcome.Reason;
import org.splatline.gpu.geo.AlignmentOutcome.Unaligned;

/**
 * Computes where a model is on the earth from the GPS positions of its photographs, some of which
 * may be wrong.
 *
 * <p>A model is only aligned if the positions determine the alignment. With n inliers that spread
 * over σ metres along an axis (standard deviation; the smaller of model and GPS) and have an error
 * of ε metres, directions across that axis are known to ε / (σ √n) radians. The second of the three
 * axes decides: cameras at one height are enough, cameras on a line are not. At most 0.1 radians
 * are accepted, and σ must be at least ε: errors of neighbouring photographs are correlated, so √n
 * is too optimistic. ε is the upper end of the 98 % interval of the residuals. So three positions,
 * which nearly always fit, have to be far apart.
 *
 * @param inlierMetres a position at this distance or farther is an outlier; 10 suits phones and
 *     drones without corrections, 0.5 those with corrections (RTK)
 * @param seed seed of the random samples; the order of the images does not change the result
 */
public record GeoAligner(double inlierMetres, long seed) {
  /** A similarity has seven unknowns, a position three numbers. */
  public static final int MIN_IMAGES = 3;

  /** Inlier distance for positions without corrections, metres. */
  public static final double DEFAULT_INLIER_METRES = 10;

  private static final int UNKNOWNS = 7;
  private static final double MAX_ANGLE_ERROR = 0.1; // radians
  private static final double LEAST_ERROR_METRES = 0.01; // the error of the best receivers

  public GeoAligner {
    checkArgument(
        inlierMetres > 0 && Double.isFinite(inlierMetres),
        "Invalid inlier distance: %s m is not above 0 and finite",
        inlierMetres);
  }

  /** Aligns a model, or says why it cannot. Takes any number of images with distinct names. */
  public AlignmentOutcome align(List<ImagePosition> positions) {
    List<ImagePosition> images =
        positions.stream().sorted(Comparator.comparing(ImagePosition::name)).toList();
    if (images.size() < MIN_IMAGES) {
      return new Unaligned(
          Reason.FEW_POSITIONS,
          text("registered images with a GPS position: %d, need %d", images.size(), MIN_IMAGES));
    }
    double[][] centers = images.stream().map(ImagePosition::center).toArray(double[][]::new);
    double[][] ecef = images.stream().map(i -> i.position().toEcef()).toArray(double[][]::new);
    Optional<RobustFit> fit = RobustFit.of(centers, ecef, inlierMetres, seed);
    if (fit.isEmpty()) {
      return new Unaligned(
          Reason.ONE_PLACE,
          text("all %d cameras or their GPS positions are at one place", images.size()));
    }
    int[] inliers = fit.get().inliers();
    int needed = Math.max(MIN_IMAGES, (images.size() + 1) / 2);
    if (inliers.length < needed) {
      return new Unaligned(
          Reason.NO_AGREEMENT,
          text(
              "at most %d of %d GPS positions are within %.1f m of any placement, need %d",
              inliers.length, images.size(), inlierMetres, needed));
    }
    return place(images, inliers);
  }

  private AlignmentOutcome place(List<ImagePosition> images, int[] inliers) {
    List<ImagePosition> kept = IntStream.of(inliers).mapToObj(images::get).toList();
    GeoPosition origin = mean(kept);
    EnuFrame frame = new EnuFrame(origin);
    double[][] centers = kept.stream().map(ImagePosition::center).toArray(double[][]::new);
    double[][] enu = kept.stream().map(i -> frame.toEnu(i.position())).toArray(double[][]::new);
    Optional<Similarity> fit = SimilarityFit.fit(centers, enu);
    if (fit.isEmpty()) {
      return new Unaligned(
          Reason.ONE_PLACE,
          text("the %d cameras whose GPS positions agree are at one place", kept.size()));
    }
    Optional<Unaligned> undetermined = undetermined(fit.get(), centers, enu);
    if (undetermined.isPresent()) {
      return undetermined.get();
    }
    Set<Integer> agreeing = IntStream.of(inliers).boxed().collect(Collectors.toSet());
    List<String> outliers =
        IntStream.range(0, images.size())
            .filter(i -> !agreeing.contains(i))
            .mapToObj(i -> images.get(i).name())
            .toList();
    return new Aligned(
        new GeoAlignment(
            new Georeference(origin, fit.get()),
            inlierMetres,
            images.size(),
            outliers,
            AlignmentResiduals.of(fit.get(), centers, enu)));
  }

  /** The mean in space, so that the 180th meridian and the poles need no special case. */
  private static GeoPosition mean(List<ImagePosition> images) {
    return GeoPosition.ofEcef(
        PointCloud.mean(images.stream().map(i -> i.position().toEcef()).toArray(double[][]::new)));
  }

  private static Optional<Unaligned> undetermined(
      Similarity fit, double[][] centers, double[][] enu) {
    double error = errorMetres(fit, centers, enu);
    double needed = error * Math.max(1, 1 / (MAX_ANGLE_ERROR * Math.sqrt(centers.length)));
    double[] model = PointCloud.spread(centers);
    double[] gps = PointCloud.spread(enu);
    double along = Math.min(fit.scale() * model[0], gps[0]);
    double across = Math.min(fit.scale() * model[1], gps[1]);
    if (along < needed) {
      return Optional.of(
          new Unaligned(
              Reason.ONE_PLACE,
              text(
                  "%d cameras spread over %.2f m, need %.2f m for a GPS error of up to %.2f m",
                  centers.length, along, needed, error)));
    }
    return across >= needed
        ? Optional.empty()
        : Optional.of(
            new Unaligned(
                Reason.ON_A_LINE,
                text(
                    "%d cameras lie along a line: across it they spread over %.2f m, need %.2f m for a GPS error of up to %.2f m",
                    centers.length, across, needed, error)));
  }

  /** The largest standard deviation of a coordinate that the residuals make likely. */
  private static double errorMetres(Similarity fit, double[][] centers, double[][] enu) {
    double squares = 0;
    for (int i = 0; i < centers.length; i++) {
      double distance = PointCloud.distance(fit.apply(centers[i]), enu[i]);
      squares += distance * distance;
    }
    double likely = Math.sqrt(squares / chiSquared1Percent(3 * centers.length - UNKNOWNS));
    return Math.max(LEAST_ERROR_METRES, likely);
  }

  /** The 1 % point of χ² with {@code freedom} degrees (Wilson and Hilferty 1931). */
  private static double chiSquared1Percent(int freedom) {
    double variance = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - variance - 2.3263 * Math.sqrt(variance), 3);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
