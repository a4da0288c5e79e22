package org.splatline.gpu.format;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * Files of two viewers: Spark writes .spz version 2, gsplat.js writes .splat. splat-transform reads
 * the same in them as we do. Spark also reads the files of ours that it can.
 */
class OtherWritersIT {
  private static final int N = 1000;

  @TempDir static Path folder;
  private static Gaussians written;
  private static Gaussians withoutBands;

  @BeforeAll
  static void convert() throws Exception {
    PublicTools tools = new PublicTools(folder);
    written = PublicTools.model(N, 3);
    withoutBands = PublicTools.model(N, 0);
    PlyModel model = new PlyModel(written, false);
    ModelFormats.write(model, folder.resolve("a.ply"));
    ModelFormats.write(model, folder.resolve("a.compressed.ply"));
    SpzFormat.write(model, folder.resolve("v3.spz"), SpzFormat.Version.V3);
    for (String name : new String[] {"a.ply", "a.compressed.ply", "v3.spz"}) {
      tools.add("spark", folder.resolve(name), spark(name));
    }
    ModelFormats.write(new PlyModel(withoutBands, false), folder.resolve("b.ply"));
    tools.add("gsplat", folder.resolve("b.ply"), folder.resolve("b.splat"));
    tools.add("splat-transform", folder.resolve("b.splat"), folder.resolve("b.splat.ply"));
    tools.add("splat-transform", spark("a.ply"), folder.resolve("spark.ply"));
    tools.run();
  }

  private static Path spark(String name) {
    return folder.resolve("spark-" + name + ".spz");
  }

  /** Version 2 rounds rotations to a byte; where w is small, that is several degrees. */
  @ParameterizedTest
  @ValueSource(strings = {"a.ply", "a.compressed.ply", "v3.spz"})
  void sparkReadsOurFilesAndWeReadIts(String name) {
    Gaussians read = ModelFormats.read(spark(name)).gaussians();
    new Closeness(2e-3, 0.05, 14, 1.01 / 255, 1 / (0.15 * 255), 1 / 16.0, 1 / 8.0)
        .check(read, ModelFormats.read(folder.resolve(name)).gaussians());
  }

  @Test
  void splatTransformReadsTheSameInSparksFile() {
    Closeness.SAME_FILE.check(
        ModelFormats.read(spark("a.ply")).gaussians(),
        ModelFormats.read(folder.resolve("spark.ply")).gaussians());
  }

  @Test
  void weReadAFileOfGsplat() {
    Gaussians read = ModelFormats.read(folder.resolve("b.splat")).gaussians();
    Gaussians expected = withoutBands.rows(Closeness.nearest(withoutBands, read));
    for (int k = 0; k < expected.shCoefficients().length; k++) { // it holds colours from 0 to 1
      double color = Quantisation.color(expected.shCoefficients()[k]);
      expected.shCoefficients()[k] = Quantisation.coefficient(Math.max(0, Math.min(1, color)));
    }
    new Closeness(0, 1e-5, 1.5, 1.01 / 255, 1.01 / 255 / 0.282, 0, 0).check(read, expected);
  }

  @Test
  void splatTransformReadsTheSameInGsplatsFile() {
    // It takes rotations for steps of 1/127.5; gsplat.js writes and reads them as steps of 1/128.
    new Closeness(0, 1e-5, 1, 0.25 / 255 + 1e-6, 1e-5, 0, 0)
        .check(
            ModelFormats.read(folder.resolve("b.splat")).gaussians(),
            ModelFormats.read(folder.resolve("b.splat.ply")).gaussians());
  }
}
