package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.List;

/**
 * A model aligned to the earth by its photographs' GPS positions, and how well. Its file is {@link
 * AlignmentJson}.
 *
 * @param georeference the frame's origin is the mean of the inliers' positions
 * @param inlierMetres from this distance on a position is an outlier
 * @param imagesUsed that have a position
 * @param outliers names of the images whose position disagrees; the others are the inliers
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
        "Invalid alignment: %s images less %s outliers are fewer than %s",
        imagesUsed,
        outliers.size(),
        GeoAligner.MIN_IMAGES);
  }

  /** Images whose position agrees. */
  public int inliers() {
    return imagesUsed - outliers.size();
  }
}
