package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.OddNames;
import org.splatline.pipeline.TestPictures;

/** The stage with the installed COLMAP. */
class SfmStageIT {
  private static final Path CASTLE = Path.of("../../shared/scenes/sceaux_castle/images");
  private static final int REDUCE = 4; // so that it takes seconds
  private static final int PHOTOGRAPHS = 6;

  @TempDir Path parent;
  private Path folder;
  private Path images;

  @BeforeEach
  void requireColmap() throws IOException, InterruptedException {
    try {
      new ColmapBinary("colmap").probe();
    } catch (SceneException e) {
      assumeTrue(false, "COLMAP is not installed: " + e.getMessage());
    }
    folder = parent.resolve(OddNames.NAME);
    images = Files.createDirectories(folder.resolve("images"));
  }

  private SfmResult reconstruct(SfmListener listener, String... settings)
      throws IOException, InterruptedException {
    return new SfmStage(SfmConfigs.with(settings))
        .reconstruct("castle", images, SfmHints.NONE, folder.resolve("work"), listener);
  }

  private static List<Path> castle() throws IOException {
    assumeTrue(Files.isDirectory(CASTLE), "there is no " + CASTLE.toAbsolutePath().normalize());
    try (Stream<Path> files = Files.list(CASTLE)) {
      return files.sorted().toList();
    }
  }

  @Test
  void reconstructsPhotographs() throws IOException, InterruptedException {
    for (Path photograph : castle().subList(0, PHOTOGRAPHS)) {
      TestPictures.reduce(
          photograph, images.resolve(OddNames.NAME + photograph.getFileName()), REDUCE);
    }
    Files.writeString(images.resolve("note.jpg"), "I am not a picture");
    Set<String> stages = new ConcurrentSkipListSet<>();

    SfmResult result =
        reconstruct(
            (stage, done, total) -> {
              assertThat(done).isBetween(1, total);
              stages.add(stage);
            },
            "max-features=1500");

    assertThat(result.readable()).isEqualTo(PHOTOGRAPHS);
    assertThat(result.registered()).isEqualTo(PHOTOGRAPHS);
    assertThat(result.points()).isGreaterThan(500);
    assertThat(result.meanErrorPx()).isBetween(0.1, 1.5);
    assertThat(result.matcher()).isEqualTo("exhaustive");
    assertThat(result.colmapVersion()).isEqualTo(new ColmapBinary("colmap").probe().version());
    assertThat(result.secondsByCommand().keySet())
        .containsExactly("feature_extractor", "exhaustive_matcher", "mapper", "image_undistorter");
    assertThat(stages).isEqualTo(new TreeSet<>(result.secondsByCommand().keySet()));
    assertPinhole(result);
    assertAGpuGivesTheSame(result, "max-features=1500");
    assertMatchesOfAGpuGiveTheSame(result, "max-features=1500");
  }

  /**
   * In two steps, as on a cluster. Plain Java stands for a GPU: CudaMatcherIT and CudaFeaturesIT
   * show that both find the same.
   */
  private void assertAGpuGivesTheSame(SfmResult byColmap, String... settings)
      throws IOException, InterruptedException {
    SfmConfig config = SfmConfigs.with(settings);
    Path found = Files.createDirectories(folder.resolve("found"));
    new SfmStage(config, TestGpu.that(new CpuMatcher()))
        .findOnGpu("castle", images, found, SfmListener.NONE);
    SfmResult byGpu =
        new SfmStage(config)
            .reconstruct(
                "castle",
                images,
                new FoundFeatures(found, Optional.empty(), Optional.empty()),
                SfmHints.NONE,
                folder.resolve("gpu"),
                SfmListener.NONE);
    assertThat(byGpu.matcherReason())
        .isEqualTo(
            "6 photographs, at most sfm.gpu-exhaustive-max-images = 300; on the GPU, features too");
    assertThat(byGpu.secondsByCommand().keySet())
        .containsExactly(
            "feature_extractor",
            "gpu_extractor",
            "gpu_matcher",
            "exhaustive_matcher",
            "mapper",
            "image_undistorter");
    assertSimilar(byGpu, byColmap, 0.95, 0.05);
  }

  /** In three steps, as on a cluster, with COLMAP's features. */
  private void assertMatchesOfAGpuGiveTheSame(SfmResult byColmap, String... settings)
      throws IOException, InterruptedException {
    SfmStage stage = new SfmStage(SfmConfigs.with(settings), TestGpu.that(new CpuMatcher()));
    Path work = folder.resolve("cluster");
    Path found = stage.findFeatures("castle", images, work, SfmListener.NONE);
    Path matched = Files.createDirectories(folder.resolve("matched"));
    stage.matchOnGpu("castle", found, matched, SfmListener.NONE);
    SfmResult byGpu =
        stage.reconstruct(
            "castle",
            images,
            new FoundFeatures(matched, Optional.empty(), Optional.empty()),
            SfmHints.NONE,
            work,
            SfmListener.NONE);
    assertThat(byGpu.matcherReason())
        .isEqualTo("6 photographs, at most sfm.gpu-exhaustive-max-images = 300; on the GPU");
    assertThat(byGpu.secondsByCommand().keySet())
        .containsExactly(
            "feature_extractor",
            "gpu_matcher",
            "exhaustive_matcher",
            "mapper",
            "image_undistorter");
    // COLMAP maps in two threads: its own runs differ by a hundredth, and by 0.025 px.
    assertSimilar(byGpu, byColmap, 0.98, 0.05);
  }

  private static void assertSimilar(
      SfmResult byGpu, SfmResult byColmap, double share, double errorPx) {
    assertThat(byGpu.registered()).isEqualTo(byColmap.registered());
    assertThat((double) byGpu.points()).isGreaterThanOrEqualTo(share * byColmap.points());
    assertThat((double) byGpu.observations())
        .isGreaterThanOrEqualTo(share * byColmap.observations());
    assertThat(byGpu.meanErrorPx()).isLessThanOrEqualTo(byColmap.meanErrorPx() + errorPx);
  }

  private static void assertPinhole(SfmResult result) throws IOException {
    assertThat(names(result.sceneFolder())).containsExactly("images", "sparse");
    ColmapModel model = ColmapModel.read(result.sceneFolder().resolve("sparse/0"));
    assertThat(model.images()).hasSize(result.registered());
    assertThat(model.cameras().values())
        .hasSize(1)
        .allSatisfy(camera -> assertThat(camera.model()).isEqualTo(ColmapCameraModel.PINHOLE));
    assertThat(names(result.sceneFolder().resolve("images"))).hasSize(result.registered());
    PictureSize size =
        PictureReader.size(
            result.sceneFolder().resolve("images").resolve(model.images().get(0).name()));
    model
        .cameras()
        .values()
        .forEach(
            camera -> {
              assertThat(size.width()).isEqualTo(camera.width());
              assertThat(size.height()).isEqualTo(camera.height());
            });
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Of 301 photographs one has more features than large sets get: 12,000 with a limit of 8192. */
  @Test
  void findsTheSameFeaturesOnAnyNumberOfThreads() throws IOException, InterruptedException {
    TestPictures.reduce(castle().get(0), images.resolve("castle.jpg"), 2);
    TestPictures.jpeg(images.resolve("0.jpg"), 32, 24, 1);
    for (int i = 1; i < 300; i++) {
      Files.copy(images.resolve("0.jpg"), images.resolve(i + ".jpg"));
    }
    int features = castleFeatures(1);
    assertThat(features).isBetween(4096, 8000);
    assertThat(castleFeatures(8)).isEqualTo(features);
  }

  private int castleFeatures(int threads) throws IOException, InterruptedException {
    SfmConfig config = SfmConfigs.with("threads=" + threads);
    ColmapBinary colmap = new ColmapBinary(config.colmap());
    PhotographList photographs = PhotographList.of(images);
    SfmFolders folders = new SfmFolders(images, folder.resolve("work"));
    folders.prepare(photographs);
    ColmapCommand extract =
        new ColmapSteps(config, ColmapDialect.ask(colmap, colmap.probe()), folders)
            .featureExtractor(photographs);
    Path log =
        new ColmapRunner(config, "castle", folders, SfmListener.NONE)
            .runToSuccess(extract, extract.name(), photographs.names().size())
            .log();
    Matcher found =
        Pattern.compile("castle\\.jpg.*?Features: +(\\d+)", Pattern.DOTALL)
            .matcher(Files.readString(log));
    assertThat(found.find()).as(log.toString()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @Test
  void refusesUnrelatedPhotographs() throws IOException {
    for (int i = 0; i < 4; i++) {
      TestPictures.jpeg(images.resolve(i + ".jpg"), 320, 240, i);
    }
    assertThatThrownBy(() -> reconstruct(SfmListener.NONE))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> assertThat(e.verdict()).isIn(Verdict.NO_MATCHES, Verdict.NO_MODEL));
  }

  @Test
  void replacesFilesOfAnEarlierAttempt() throws IOException, InterruptedException {
    List<Path> three = castle().subList(0, 3);
    for (Path photograph : three) {
      TestPictures.reduce(photograph, images.resolve(photograph.getFileName()), REDUCE);
    }
    reconstruct(SfmListener.NONE, "max-features=1500", "min-points=50");
    Files.delete(images.resolve(three.get(0).getFileName()));
    TestPictures.reduce(castle().get(3), images.resolve("other.jpg"), REDUCE);
    Set<String> stages = new ConcurrentSkipListSet<>();
    SfmResult second =
        reconstruct(
            (stage, done, total) -> stages.add(stage),
            "max-features=1500",
            "min-points=50",
            "matcher=sequential");
    assertThat(second.matcher()).isEqualTo("sequential");
    assertThat(stages).contains("sequential_matcher");
    assertThat(second.readable()).isEqualTo(3);
    assertThat(names(second.sceneFolder().resolve("images")))
        .hasSize(second.registered())
        .contains("other.jpg")
        .doesNotContain(three.get(0).getFileName().toString());
  }
}
