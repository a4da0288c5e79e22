package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.sift.TestGreys;

/** Our features are those of COLMAP. */
class ColmapFeaturesIT {
  private static final int MANY = 8192;

  @BeforeAll
  static void requireColmap() throws Exception {
    InstalledColmap.require();
  }

  @Test
  void areThoseOfColmap(@TempDir Path folder) throws Exception {
    GreyPicture picture = TestGreys.leaves(320, 210, 8);
    Features colmap = colmapsFeatures(folder, picture);
    Features ours = new CpuFeatureExtractor().extract(picture, MANY);
    assertThat(colmap.size()).isGreaterThan(500);
    assertThat((double) ours.size() / colmap.size()).isBetween(0.98, 1.02);
    assertLike(colmap, ours);
    assertLike(ours, colmap);
  }

  /** Within 1 px, 10 % of the scale, and descriptors within 0.1 rad. */
  private static void assertLike(Features those, Features these) {
    List<Double> angles = new ArrayList<>();
    int missing = 0;
    for (int i = 0; i < those.size(); i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int j = 0; j < these.size(); j++) {
        boolean near = Math.hypot(those.x(i) - these.x(j), those.y(i) - these.y(j)) <= 1;
        if (near && Math.abs(scale(those, i) / scale(these, j) - 1) < 0.1) {
          nearest = Math.min(nearest, angle(those, i, these, j));
        }
      }
      if (Double.isInfinite(nearest)) {
        missing++;
      } else {
        angles.add(nearest);
      }
    }
    Collections.sort(angles);
    assertThat((double) missing / those.size()).as("share of keypoints not found").isLessThan(0.01);
    assertThat(angles.get(angles.size() / 2)).as("median angle, rad").isLessThan(0.02);
    assertThat(angles.get(angles.size() * 9 / 10)).as("angle of 9 of 10").isLessThan(0.05);
  }

  private static double scale(Features features, int i) {
    int at = Features.KEYPOINT * i;
    return Math.hypot(features.keypoints()[at + 2], features.keypoints()[at + 4]);
  }

  private static double angle(Features a, int i, Features b, int j) {
    double dot = 0;
    double first = 0;
    double second = 0;
    for (int k = 0; k < Features.DESCRIPTOR; k++) {
      int x = a.descriptors()[Features.DESCRIPTOR * i + k] & 0xff;
      int y = b.descriptors()[Features.DESCRIPTOR * j + k] & 0xff;
      dot += x * y;
      first += x * x;
      second += y * y;
    }
    return Math.acos(Math.min(1, dot / Math.sqrt(first * second)));
  }

  private static Features colmapsFeatures(Path folder, GreyPicture picture) throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    ByteArrayOutputStream pgm = new ByteArrayOutputStream();
    pgm.writeBytes(
        "P5\n%d %d\n255\n"
            .formatted(picture.width(), picture.height())
            .getBytes(StandardCharsets.US_ASCII));
    pgm.writeBytes(picture.luma());
    Files.write(images.resolve("leaves.pgm"), pgm.toByteArray());
    Path database = folder.resolve("database.db");
    Process process =
        new ProcessBuilder(
                List.of(
                    "colmap",
                    "feature_extractor",
                    "--database_path",
                    database.toString(),
                    "--image_path",
                    images.toString(),
                    "--SiftExtraction.use_gpu",
                    "0",
                    "--SiftExtraction.num_threads",
                    "1"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("colmap.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("colmap.log"))).isZero();
    try (FeatureDatabase features = FeatureDatabase.open(database)) {
      return new Features(features.keypoints(0), features.descriptors(0));
    }
  }
}
