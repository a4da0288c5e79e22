package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.scene.Scene;

/** The scores of exported files. */
class ModelExportTest {
  private static final Gaussians MODEL = TestGaussians.random(60, 3, 3);

  @TempDir static Path folder;
  private static Scene scene;

  @BeforeAll
  static void photograph() throws IOException {
    scene = TinyScene.write(folder.resolve("scene"));
  }

  private static Configuration configuration(String... settings) {
    return ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(settings)).read();
  }

  private static Map<String, FileScore> export(
      Path out, Optional<Georeference> enu, Configuration configuration) throws IOException {
    TrainConfig config = TrainConfig.of(configuration);
    ExportConfig export = configuration.section("export", ExportConfig.class);
    try (SplatBackend backend = new CpuBackend(2)) {
      Evaluation evaluation = Evaluator.evaluate(backend, MODEL, scene, config);
      return new ModelExport(scene, config, export, backend, () -> PreparedScene.of(scene, config))
          .write(new PlyModel(MODEL, false, enu), evaluation, Files.createDirectories(out));
    }
  }

  private static double psnr(Gaussians gaussians) {
    try (SplatBackend backend = new CpuBackend(2)) {
      return Evaluator.evaluate(backend, gaussians, scene, TrainConfig.of(configuration())).psnr();
    }
  }

  @Test
  void eachFileIsScoredByWhatAReaderDecodes() throws IOException {
    Path out = folder.resolve("all");
    Map<String, FileScore> scores =
        export(out, Optional.empty(), configuration("export.formats=[ply, spz, glb]"));
    assertThat(scores.keySet()).containsExactly("model.ply", "model.spz", "model.glb");
    FileScore ply = scores.get("model.ply");
    assertThat(ply.bytes()).isEqualTo(Files.size(out.resolve("model.ply")));
    assertThat(ply.psnr()).isEqualTo(psnr(MODEL));
    assertThat(ply.psnrLoss()).isZero();
    assertThat(ply.plyRatio()).isOne();
    assertThat(ply.vanillaRatio()).as("it is vanilla's").isOne();

    FileScore spz = scores.get("model.spz");
    Path file = out.resolve("model.spz");
    assertThat(spz.psnr()).isEqualTo(psnr(ModelFormats.read(file).gaussians()));
    assertThat(spz.psnrLoss()).isEqualTo(ply.psnr() - spz.psnr()).isNotZero();
    assertThat(spz.ssim()).isBetween(0.0, 1.0);
    assertThat(spz.plyRatio()).isEqualTo((double) ply.bytes() / Files.size(file));
    assertThat(spz.finishSeconds()).isNull();

    FileScore glb = scores.get("model.glb");
    assertThat(glb.psnr()).as("it can't be read").isNull();
    assertThat(glb.plyRatio()).isPositive();
  }

  @Test
  void aFinishIsRecorded() throws IOException {
    Map<String, FileScore> scores =
        export(
            folder.resolve("finished"),
            Optional.empty(),
            configuration("export.formats=[ply, spz]", "export.finish.steps=14"));
    assertThat(scores.get("model.ply").finishSeconds()).as("it rounds nothing").isNull();
    FileScore spz = scores.get("model.spz");
    assertThat(spz.finishSeconds()).isPositive();
    assertThat(spz.psnr())
        .isEqualTo(psnr(ModelFormats.read(folder.resolve("finished/model.spz")).gaussians()));
    assertThat(spz.finishPsnrGain()).isNotZero();
  }

  /** A .spz doesn't say that it is in metres. */
  @Test
  void aFileInAnotherFrameIsScoredInTheModels() throws IOException {
    Similarity toEnu = new Similarity(4, new double[] {0.6, 0, 0.8, 0}, new double[] {5, -6, 7});
    Map<String, FileScore> scores =
        export(
            folder.resolve("enu"),
            Optional.of(new Georeference(new GeoPosition(50, 4, 0), toEnu)),
            configuration("export.formats=[ply, spz]"));
    assertThat(scores.get("model.ply").psnrLoss()).isCloseTo(0, within(0.01));
    assertThat(scores.get("model.spz").psnrLoss()).isCloseTo(0, within(0.5));
  }

  @Test
  void withoutScoresOnlySizesAreKnown() throws IOException {
    Map<String, FileScore> scores =
        export(folder.resolve("plain"), Optional.empty(), configuration("export.score=false"));
    assertThat(scores.get("model.ply").psnr()).isNull();
    assertThat(scores.get("model.ply").psnrLoss()).isNull();
    assertThat(scores.get("model.ply").bytes()).isPositive();
  }
}
