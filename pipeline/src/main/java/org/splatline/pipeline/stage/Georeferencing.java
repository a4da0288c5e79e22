package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.geo.AlignmentOutcome;
import org.splatline.gpu.geo.GeoAligner;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.ImagePosition;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photograph;
import org.splatline.pipeline.input.SceneSource;

/** Places reconstructed scenes on the earth by their photographs' GPS. */
final class Georeferencing {
  private static final Logger LOG = LoggerFactory.getLogger(Georeferencing.class);
  private static final long SEED = 0;
  private static final String IMAGES = "images/";

  private Georeferencing() {}

  /**
   * Where the used photographs were taken, by their names in a model. A photograph without a height
   * counts only if none has one; then all count as equally high.
   */
  static Map<String, GeoPosition> positions(Manifest manifest) {
    List<Photograph> placed =
        manifest.used().stream().filter(photo -> photo.exif().position() != null).toList();
    boolean flat = placed.stream().allMatch(photo -> photo.exif().position().altitude() == null);
    Map<String, GeoPosition> positions = new TreeMap<>();
    for (Photograph photograph : placed) {
      Exif.Position place = photograph.exif().position();
      Double height = flat ? Double.valueOf(0) : place.altitude();
      if (height != null) {
        String name = photograph.name();
        positions.put(
            name.startsWith(IMAGES) ? name.substring(IMAGES.length()) : name,
            new GeoPosition(place.latitude(), place.longitude(), height));
      }
    }
    return positions;
  }

  /**
   * Writes {@code alignment.json} into a scene's folder. It does nothing if the scene brought one
   * or has no COLMAP model. The log says why a scene cannot be aligned.
   */
  static void align(SceneSource scene, Path folder, Manifest manifest) throws IOException {
    Path file = folder.resolve(SceneReader.ALIGNMENT);
    Path model = folder.resolve("sparse").resolve("0");
    Map<String, GeoPosition> positions = positions(manifest);
    if (Files.exists(file) || positions.isEmpty() || !ColmapModel.isAt(model)) {
      return;
    }
    AlignmentOutcome outcome =
        new GeoAligner(GeoAligner.DEFAULT_INLIER_METRES, SEED)
            .align(ImagePosition.of(ColmapModel.read(model).images(), positions));
    if (outcome instanceof AlignmentOutcome.Aligned aligned) {
      AlignmentJson.write(aligned.alignment(), file);
      LOG.info(
          "scene {} aligned by {} of {} positions: {}",
          scene.id(),
          aligned.alignment().inliers(),
          aligned.alignment().imagesUsed(),
          aligned.alignment().residuals());
    } else if (outcome instanceof AlignmentOutcome.Unaligned unaligned) {
      LOG.info(unaligned.message(scene.id()));
    }
  }
}
