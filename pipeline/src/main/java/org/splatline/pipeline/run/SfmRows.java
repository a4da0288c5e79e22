package org.splatline.pipeline.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.picture.Exif;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photograph;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.sfm.SfmReport;
import org.splatline.pipeline.table.ImageRow;
import org.splatline.pipeline.table.SfmAttemptRow;

/** Makes rows of what ingest and COLMAP found. */
final class SfmRows {
  private SfmRows() {}

  static List<SfmAttemptRow> attempts(SceneSource scene, int attempt, SfmReport report) {
    return report.attempts().stream()
        .map(
            tried ->
                new SfmAttemptRow(
                    scene.runId(),
                    scene.id(),
                    attempt,
                    tried.rung(),
                    tried.matcher(),
                    tried.matcherReason(),
                    tried.mapping(),
                    tried.verdict(),
                    tried.detail(),
                    tried.modelsFound(),
                    tried.registered(),
                    tried.readable(),
                    tried.points(),
                    tried.observations(),
                    tried.meanErrorPx(),
                    tried.meanTrackLength(),
                    report.extractionSeconds(),
                    tried.matchingSeconds(),
                    tried.mappingSeconds(),
                    tried.chosen()))
        .toList();
  }

  /** The sub-model that holds a photograph's camera. */
  private record Place(int model, int observations) {}

  /**
   * @param report null: COLMAP did not get to mapping
   */
  static List<ImageRow> images(
      SceneSource scene, int attempt, Manifest manifest, SfmReport report) {
    Map<String, Place> places = report == null ? Map.of() : places(report);
    return manifest.photographs().stream()
        .filter(file -> file.status() != Photograph.Status.MODEL)
        .map(file -> row(scene, attempt, file, places.get(file.name())))
        .toList();
  }

  /** A photograph that is in several sub-models counts for the first one. */
  private static Map<String, Place> places(SfmReport report) {
    Map<String, Place> places = new HashMap<>();
    for (int model = 0; model < report.models().size(); model++) {
      for (SfmReport.Registered image : report.models().get(model)) {
        places.putIfAbsent(image.name(), new Place(model, image.observations()));
      }
    }
    return places;
  }

  private static ImageRow row(SceneSource scene, int attempt, Photograph file, Place place) {
    Exif.Position position = file.exif().position();
    return new ImageRow(
        scene.runId(),
        scene.id(),
        attempt,
        file.name(),
        file.status().name(),
        file.reason(),
        file.bytes(),
        file.sha256(),
        file.width(),
        file.height(),
        file.exif().orientation(),
        file.exif().focalLengthMm(),
        file.exif().takenAt(),
        position == null ? null : position.latitude(),
        position == null ? null : position.longitude(),
        position == null ? null : position.altitude(),
        file.look().sharpness(),
        file.blurred(),
        file.duplicateOf(),
        place == null ? null : place.model(),
        place == null ? null : place.observations(),
        file.exif().camera().isEmpty() ? null : file.exif().camera());
  }
}
