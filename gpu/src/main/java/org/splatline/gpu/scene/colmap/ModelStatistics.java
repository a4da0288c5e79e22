package org.splatline.gpu.scene.colmap;

/**
 * How good a COLMAP model looks; the figures {@code colmap model_analyzer} prints.
 *
 * @param registeredImages with a pose
 * @param observations lengths of all tracks together
 * @param meanErrorPx reprojection error, mean over the points that have one; NaN without
 * @param meanTrackLength observations a point; NaN without points
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
