package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.List;

/**
 * The alignment of a model to the earth by the GPS positions of its photographs, and its accuracy.
 * {@link AlignmentJson} writes it.
 *
 * @param georeference its origin is the mean of the inliers' positions
 * @param inlierMetres a position at this distance or farther is an outlier
 * @param imagesUsed number of images that have a position
 * @param outliers names of the images whose position disagrees; the other images are the inliers
 */
public record GeoAlignment(
    Georeference georeference,
    double inlierMetres,
    int imagesUsed,
    List<String> outliers,
    AlignmentResiduals residuals) {

  public GeoAlignment {
    outliers = List.copyOf(outliers);
    checkArgument(
        imagesUsed - outliers.size() >= GeoAligner.MIN_IMAGES,
        "Invalid alignment: %s images with %s outliers leave fewer than %s",
        imagesUsed,
        outliers.size(),
        GeoAligner.MIN_IMAGES);
  }

  /** Number of images whose position agrees. */
  public int inliers() {
    return imagesUsed - outliers.size();
  }
}
