package org.splatline.pipeline.stage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.media.Turntable;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/** The work of a task that trains, called in this JVM. The scene's alignment cannot be read. */
class TrainSceneIT {
  private static final SceneSource SOURCE =
      new SceneSource("run", "garden", Place.parse("/unused"), ScenePriority.NORMAL, "");
  private static final ContentKey INPUT = new ContentKey("sfm", 1, List.of("garden"), Map.of(), "");

  @TempDir Path folder;
  private Store store;

  @BeforeEach
  void keepScene() throws IOException {
    SharedSpark.session(); // has Hadoop's settings
    store = Store.open(folder.resolve("store").toString(), SceneWork.hadoop());
    Path scene = folder.resolve("garden");
    TinyScene.write(scene);
    Files.writeString(scene.resolve(SceneReader.ALIGNMENT), "{}");
    store.keep(INPUT, scene);
  }

  private TrainScene work(String lpips, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "store.path=" + folder.resolve("store"), "train.steps=20", "export.formats=[ply]"));
    all.addAll(List.of(settings));
    PipelineConfig config =
        PipelineConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
    ContentKey trained = TrainSceneJob.key(config.effective(), INPUT, "");
    return new TrainScene(
        new EvaluateScene(
            store.place(),
            INPUT,
            trained,
            EvaluateSceneJob.key(config.effective(), trained, lpips),
            config.train(),
            config.export(),
            lpips));
  }

  @Test
  void whatCannotBeEvaluatedStaysTrained() throws IOException {
    TrainScene.Made first = work("", "export.frame=enu").work(SOURCE).orThrow();

    assertThat(first.evaluated().verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT);

    TrainScene next = work("", "export.frame=model");
    TrainScene.Made second = next.work(SOURCE).orThrow();

    assertThat(second.trained()).as("not trained again").isEqualTo(first.trained());
    EvaluatedScene evaluated = second.evaluated().orThrow();
    assertThat(evaluated.metrics().steps()).isEqualTo(20);
    assertThat(evaluated.metrics().trainSeconds())
        .isEqualTo(first.trained().figures().trainSeconds());
    assertThat(store.find(next.evaluation().key()).orElseThrow().files())
        .containsOnlyKeys(
            "model.ply",
            "metrics.json",
            "view_metrics.json",
            "models.json",
            "preview.jpg",
            "renders/view0.png.jpg",
            "renders/view8.png.jpg",
            "photographs/view0.png.jpg",
            "photographs/view8.png.jpg",
            "cameras/cameras.bin",
            "cameras/images.bin",
            "cameras/points3D.bin",
            "cameras/cameras.txt",
            "cameras/images.txt",
            "cameras/points3D.txt",
            "cameras/transforms.json");
    assertThat(store.checkpoints(next.key()).fileNames()).isEmpty();
  }

  @Test
  void aTurntableIsAmongTheEvaluationsFiles() throws IOException {
    assumeTrue(Turntable.isPossible(), "ffmpeg is missing: sudo apt-get install ffmpeg");
    TrainScene work =
        work(
            "",
            "export.turntable.when=always",
            "export.turntable.seconds=0.2",
            "export.turntable.width=32",
            "train.steps=1");

    work.work(SOURCE).orThrow().evaluated().orThrow();

    Artifact evaluated = store.find(work.evaluation().key()).orElseThrow();
    assertThat(evaluated.files()).containsKeys("model.ply", Turntable.FILE);
    try (LocalFolder files = evaluated.fetch()) {
      byte[] video = Files.readAllBytes(files.path().resolve(Turntable.FILE));
      assertThat(new String(video, 4, 4, US_ASCII)).isEqualTo("ftyp");
    }
  }

  @Test
  void aCpuMakesNoTurntableUnlessToldTo() throws IOException {
    TrainScene work = work("", "export.turntable.when=gpu", "train.backend=cpu", "train.steps=1");

    work.work(SOURCE).orThrow().evaluated().orThrow();

    assertThat(store.find(work.evaluation().key()).orElseThrow().files())
        .doesNotContainKey(Turntable.FILE);
  }

  @Test
  void anotherNetworkThanTheDriversIsRefusedBeforeTraining() throws IOException {
    Path network = Files.writeString(folder.resolve("vgg.onnx"), "another");
    TrainScene work = work("00", "quality.lpips-model=" + network);

    assertThatThrownBy(() -> work.work(SOURCE))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOOL_INCOMPATIBLE))
        .hasMessageContaining(network + " on this machine")
        .hasMessageContaining("is not the driver's (00). Copy the same file to both");

    assertThat(store.find(work.key())).isEmpty();
  }
}
