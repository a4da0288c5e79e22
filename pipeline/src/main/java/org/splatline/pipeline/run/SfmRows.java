package org.splatline.pipeline.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photograph;
import org.splatline.pipeline.table.AttemptKey;
import org.splatline.pipeline.table.ImageRow;
import org.splatline.pipeline.table.SfmAttemptRow;

/** Makes rows of what ingest and COLMAP found. */
final class SfmRows {
  private SfmRows() {}

  static List<SfmAttemptRow> attempts(AttemptKey key, SfmReport report) {
    return report.attempts().stream()
        .map(
            tried ->
                new SfmAttemptRow(
                    key,
                    tried.rung(),
                    new SfmAttemptRow.Method(
                        tried.matcher(), tried.matcherReason(), tried.mapping()),
                    new SfmAttemptRow.Outcome(tried.verdict(), tried.detail(), tried.chosen()),
                    new SfmAttemptRow.Found(
                        tried.modelsFound(),
                        tried.registered(),
                        tried.readable(),
                        tried.points(),
                        tried.observations(),
                        tried.meanErrorPx(),
                        tried.meanTrackLength()),
                    new SfmAttemptRow.Seconds(
                        report.extractionSeconds(),
                        tried.matchingSeconds(),
                        tried.mappingSeconds())))
        .toList();
  }

  /**
   * @param report null: COLMAP did not get to mapping
   */
  static List<ImageRow> images(AttemptKey key, Manifest manifest, SfmReport report) {
    Map<String, ImageRow.Registration> places = report == null ? Map.of() : places(report);
    return listed(manifest).stream()
        .map(file -> row(key, file, places.getOrDefault(file.name(), ImageRow.Registration.NONE)))
        .toList();
  }

  /** The files that have a row: all but those of a model that the scene brings. */
  static List<Photograph> listed(Manifest manifest) {
    return manifest.photographs().stream()
        .filter(file -> file.status() != Photograph.Status.MODEL)
        .toList();
  }

  /** A photograph that is in several sub-models counts for the first one. */
  private static Map<String, ImageRow.Registration> places(SfmReport report) {
    Map<String, ImageRow.Registration> places = new HashMap<>();
    for (int model = 0; model < report.models().size(); model++) {
      for (SfmReport.Registered image : report.models().get(model)) {
        places.putIfAbsent(image.name(), new ImageRow.Registration(model, image.observations()));
      }
    }
    return places;
  }

  private static ImageRow row(AttemptKey key, Photograph file, ImageRow.Registration place) {
    Exif exif = file.exif();
    Exif.Position position = exif.position();
    return new ImageRow(
        key,
        file.name(),
        new ImageRow.Use(file.status().name(), file.reason()),
        new ImageRow.FileFacts(file.bytes(), file.sha256(), file.width(), file.height()),
        new ImageRow.ExifFacts(
            exif.orientation(),
            exif.focalLengthMm(),
            exif.takenAt(),
            exif.camera().isEmpty() ? null : exif.camera()),
        position == null
            ? ImageRow.Position.UNKNOWN
            : new ImageRow.Position(position.latitude(), position.longitude(), position.altitude()),
        new ImageRow.Look(file.look().sharpness(), file.blurred(), file.duplicateOf()),
        place);
  }
}
