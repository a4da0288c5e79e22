package org.splatline.gpu.scene.colmap;

/**
 * Figures that tell how good a COLMAP model is, as {@code colmap model_analyzer} prints them.
 *
 * @param registeredImages number of images with extrinsics
 * @param points number of 3D points
 * @param observations sum of the lengths of all tracks
 * @param meanErrorPx mean reprojection error of the points that have one, px; NaN if none has
 * @param meanTrackLength observations per point; NaN without points
 */
public record ModelStatistics(
    int registeredImages,
    int points,
    long observations,
    double meanErrorPx,
    double meanTrackLength) {

  static ModelStatistics of(int images, ColmapPoints points) {
    long observations = 0;
    double errors = 0;
    int withError = 0;
    for (int i = 0; i < points.size(); i++) {
      observations += points.trackLengths()[i];
      if (points.errors()[i] >= 0) {
        errors += points.errors()[i];
        withError++;
      }
    }
    return new ModelStatistics(
        images,
        points.size(),
        observations,
        withError == 0 ? Double.NaN : errors / withError,
        points.size() == 0 ? Double.NaN : (double) observations / points.size());
  }
}
