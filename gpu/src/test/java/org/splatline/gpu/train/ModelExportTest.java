package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.format.RoundedPart;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

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
    try (SplatBackend backend = new CpuBackend(2)) {
      return export(out, new PlyModel(MODEL, false, enu), configuration, backend);
    }
  }

  /** With the scores of {@link #MODEL} in memory. */
  private static Map<String, FileScore> export(
      Path out, PlyModel model, Configuration configuration, SplatBackend backend)
      throws IOException {
    TrainConfig config = TrainConfig.of(configuration);
    ExportConfig export = configuration.section("export", ExportConfig.class);
    try (SplatBackend cpu = new CpuBackend(2)) {
      Evaluation evaluation = Evaluator.evaluate(cpu, MODEL, scene, config);
      try (PreparedScene.Later prepared = new PreparedScene.Later(scene, config, out)) {
        return new ModelExport(scene, config, export, backend, prepared)
            .write(model, evaluation, Files.createDirectories(out));
      }
    }
  }

  /** A device that has memory to render, at most. */
  private record SmallDevice(SplatBackend cpu, boolean renders) implements SplatBackend {
    @Override
    public String name() {
      return cpu.name();
    }

    @Override
    public String device() {
      return cpu.device();
    }

    @Override
    public SplatModel load(TrainingState state) {
      if (!renders) {
        throw new DeviceMemoryException("too little to render");
      }
      return cpu.load(state);
    }

    @Override
    public SplatModel load(TrainingState state, TrainingLoad load) {
      throw new DeviceMemoryException("too little to train");
    }

    @Override
    public Clusterer clusterer() {
      return (points, count, seed) -> {
        throw new DeviceMemoryException("too little to cluster");
      };
    }

    @Override
    public void close() {
      cpu.close();
    }
  }

  @Test
  void aDeviceWithTooLittleMemoryForTheFinishKeepsTheTrainedModel() throws IOException {
    Configuration configuration =
        configuration("export.formats=[ply, spz, sog]", "export.finish.steps=14");
    PlyModel model = new PlyModel(MODEL, false, Optional.empty());
    try (SplatBackend backend = new SmallDevice(new CpuBackend(2), true)) {
      Path out = folder.resolve("small");
      Map<String, FileScore> scores = export(out, model, configuration, backend);
      for (String file : List.of("model.spz", "model.sog")) {
        assertThat(scores.get(file).finishSeconds()).isNull();
        assertThat(scores.get(file).psnr())
            .isEqualTo(psnr(ModelFormats.read(out.resolve(file)).gaussians()));
      }
    }
    try (SplatBackend backend = new SmallDevice(new CpuBackend(2), false)) {
      Map<String, FileScore> scores =
          export(folder.resolve("smaller"), model, configuration, backend);
      assertThat(scores.keySet()).containsExactly("model.ply", "model.spz", "model.sog");
      assertThat(scores.get("model.ply").psnr()).as("it holds the model in memory").isNotNull();
      assertThat(scores.get("model.spz").psnr()).isNull();
      assertThat(scores.get("model.sog").bytes()).isPositive();
    }
  }

  @Test
  void aFormatThatCannotHoldTheModelIsLeftOut() throws IOException {
    Gaussians far = MODEL.copy();
    far.means()[0] = 1e8f;
    Gaussians broken = MODEL.copy();
    broken.shCoefficients()[0] = Float.NaN;
    Configuration configuration = configuration("export.formats=[spz, ply, sog]");
    try (SplatBackend backend = new CpuBackend(2)) {
      Path out = folder.resolve("far");
      PlyModel model = new PlyModel(far, false, Optional.empty());
      assertThat(export(out, model, configuration, backend).keySet())
          .containsExactly("model.ply", "model.sog");
      assertThat(out.resolve("model.spz")).doesNotExist();

      PlyModel nan = new PlyModel(broken, false, Optional.empty());
      Map<String, FileScore> scores = export(folder.resolve("nan"), nan, configuration, backend);
      assertThat(scores.keySet()).containsExactly("model.ply");
      assertThat(scores.get("model.ply").psnr()).as("it can't be read back").isNull();

      assertThatExceptionOfType(SceneException.class)
          .isThrownBy(
              () ->
                  export(
                      folder.resolve("none"), nan, configuration("export.formats=[spz]"), backend))
          .satisfies(e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT));
    }
  }

  @Test
  void aFinishCanBeCancelled() {
    TrainConfig config = TrainConfig.of(configuration());
    assertThatExceptionOfType(SceneException.class)
        .isThrownBy(
            () -> {
              try (SplatBackend backend = new CpuBackend(2);
                  PreparedScene prepared = PreparedScene.of(scene, config, folder)) {
                new Finish(prepared, config, 1_000_000, 1, backend).run(MODEL, new Interrupting());
              } finally {
                assertThat(Thread.interrupted()).isTrue();
              }
            })
        .withMessageContaining("step 1 of 1000000")
        .satisfies(e -> assertThat(e.verdict()).isEqualTo(Verdict.CANCELLED));
  }

  /** Interrupts its thread when it rounds. */
  private static final class Interrupting implements ModelRounding {
    @Override
    public void round(RoundedPart part, Gaussians gaussians) {
      Thread.currentThread().interrupt();
    }

    @Override
    public void write(Gaussians gaussians, Path file) {
      throw new AssertionError("it was cancelled");
    }
  }

  /** SPZ takes fewer bits for a model that is less exact. */
  @Test
  void exposuresAreNoErrorOfTheModel() {
    List<ViewMetrics> views = List.of(new ViewMetrics("a", 18, 0.8, null, 48, 40));
    assertThat(ModelExport.psnr(new Evaluation(views, List.of(29.0), 0))).isEqualTo(29);
    assertThat(ModelExport.psnr(new Evaluation(views, List.of(), 0))).isEqualTo(18);
    assertThat(ModelExport.psnr(new Evaluation(List.of(), List.of(), 0)))
        .isEqualTo(ModelRounding.USUAL_PSNR);
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
