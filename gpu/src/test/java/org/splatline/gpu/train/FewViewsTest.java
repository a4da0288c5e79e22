package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.Dropout;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;

/** Training of a scene with seven training views, and points that one view shows or none. */
class FewViewsTest {
  private static final int ALONE = 40;

  @TempDir static Path photographs;
  private static Scene tiny;
  private static Scene scene;
  private static float[] place; // of the points that one view shows

  @BeforeAll
  static void writeScene() throws IOException {
    tiny = TinyScene.write(photographs);
    place = shownByOne();
    int size = tiny.points().size();
    float[] positions = Arrays.copyOf(tiny.points().positions(), 3 * (size + ALONE));
    byte[] colors = Arrays.copyOf(tiny.points().colors(), positions.length);
    Random random = new Random(1);
    for (int i = 3 * size; i < positions.length; i++) {
      positions[i] = place[i % 3] + 0.01f * random.nextFloat();
    }
    scene =
        new Scene(
            "tiny",
            tiny.trainViews(),
            tiny.testViews(),
            new SparsePoints(positions, colors),
            List.of());
  }

  /** A place inside the picture of the first view and outside all others. */
  private static float[] shownByOne() {
    View first = tiny.trainViews().get(0);
    double[] center = first.camera().center();
    double[] forward = first.camera().forward();
    Random random = new Random(2);
    for (int draw = 0; draw < 10_000; draw++) {
      float[] at = new float[3];
      for (int k = 0; k < 3; k++) {
        at[k] = (float) (center[k] + 0.5 * forward[k] + 0.12 * random.nextGaussian());
      }
      if (shows(first, at, 0.03f) == 27
          && tiny.trainViews().stream().skip(1).allMatch(view -> shows(view, at, 0.05f) == 0)) {
        return at;
      }
    }
    throw new AssertionError("no such place");
  }

  /** How many of 27 points around a place project into a view's picture. */
  private static int shows(View view, float[] middle, float apart) {
    float[] around = new float[81];
    for (int i = 0; i < 27; i++) {
      around[3 * i] = middle[0] + apart * (i % 3 - 1);
      around[3 * i + 1] = middle[1] + apart * (i / 3 % 3 - 1);
      around[3 * i + 2] = middle[2] + apart * (i / 9 - 1);
    }
    return PointDepths.of(view, new SparsePoints(around, new byte[81])).size();
  }

  private static TrainConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=120",
                "train.sh-degree=2",
                "train.sh-every-steps=20",
                "train.few-views.below=8",
                "densify.from-step=20",
                "densify.until-step=90",
                "densify.every-steps=20",
                "checkpoint.min-interval=0s",
                "densify.max-gaussians=300"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  /** Cancels after a step. */
  private record Until(int step, int[] seen) implements TrainListener {
    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      seen[0] = point.step();
    }

    @Override
    public boolean isCancelled() {
      return seen[0] >= step;
    }
  }

  private static SceneTraining.Outcome run(Scene scene, TrainConfig config, Path out, int until)
      throws IOException {
    try (CpuBackend backend = new CpuBackend(2)) {
      return SceneTraining.run(
          scene,
          config,
          new ExportConfig(List.of("ply"), ExportConfig.Frame.MODEL),
          backend,
          out,
          new Until(until, new int[1]));
    }
  }

  private static int atPlace(Gaussians gaussians) {
    int count = 0;
    for (int i = 0; i < gaussians.size(); i++) {
      double x = gaussians.means()[3 * i] - place[0];
      double y = gaussians.means()[3 * i + 1] - place[1];
      double z = gaussians.means()[3 * i + 2] - place[2];
      count += Math.sqrt(x * x + y * y + z * z) < 0.3 ? 1 : 0;
    }
    return count;
  }

  @Test
  void theFileHasTheLowerDegree(@TempDir Path few, @TempDir Path many) throws IOException {
    SceneTraining.Outcome outcome = run(tiny, config("train.few-views.sh-degree=1"), few, 1000);
    assertThat(PlyFormat.read(few.resolve("model.ply")).gaussians().shDegree()).isEqualTo(1);
    assertThat(outcome.training().gaussians().shDegree()).isEqualTo(1);
    assertThat(outcome.metrics().gaussians()).isEqualTo(outcome.training().gaussians().size());
    assertThat(outcome.metrics().psnr()).isGreaterThan(15);
    run(tiny, config("train.few-views.below=7"), many, 1000);
    assertThat(PlyFormat.read(many.resolve("model.ply")).gaussians().shDegree())
        .as("seven views are not fewer than seven")
        .isEqualTo(2);
  }

  @Test
  void whatOneViewShowsGoes(@TempDir Path stays, @TempDir Path goes) throws IOException {
    String grow = "densify.grow-gradient=1";
    String every = "train.few-views.prune-every-steps=50";
    Gaussians kept =
        run(scene, config(grow, every, "train.few-views.prune-single-view=false"), stays, 1000)
            .training()
            .gaussians();
    assertThat(atPlace(kept)).isEqualTo(ALONE);
    Gaussians pruned = run(scene, config(grow, every), goes, 1000).training().gaussians();
    assertThat(atPlace(pruned)).isZero();
    assertThat(pruned.size()).isBetween(tiny.points().size() / 2, kept.size() - ALONE);
  }

  @Test
  void isPrunedWhileItGrowsAndAtTheLastPrune() {
    FewViewsConfig few = new FewViewsConfig(8, 1, 0, true, 50, 0.1);
    TrainConfig config =
        config(
            "densify.until-step=200",
            "prune.schedule=[{step: 210, keep: 0.9}, {step: 230, keep: 0.8}]");
    List<Integer> due = new ArrayList<>();
    for (int step = 0; step <= 400; step++) {
      if (few.isPruneDueAt(step, config.densify(), config.prune())) {
        due.add(step);
      }
      assertThat(FewViewsConfig.OFF.isPruneDueAt(step, config.densify(), config.prune())).isFalse();
    }
    assertThat(due).containsExactly(50, 100, 150, 230);
    assertThat(few.forViews(7)).isSameAs(few);
    assertThat(few.forViews(8)).isSameAs(FewViewsConfig.OFF);
    assertThat(few.scaledBy(0.5).pruneEverySteps()).isEqualTo(25);
  }

  @Test
  void onlyTrainingStepsLeaveGaussiansOut() {
    FewViews few = new FewViews(tiny, config("train.few-views.dropout=0.25"));
    assertThat(few.dropoutAt(3)).isEqualTo(Dropout.at(0.25, 42, 3));
    FewViews many = new FewViews(tiny, config("train.few-views.below=0"));
    assertThat(many.dropoutAt(3)).isEqualTo(Dropout.NONE);
    assertThat(many.shDegreeAt(1000)).isEqualTo(2);
    assertThat(few.shDegreeAt(1000)).isEqualTo(1);
    assertThat(few.shDegreeAt(10)).isZero();
  }

  @Test
  void stoppedAndResumedWithDropoutIsTheSame(@TempDir Path whole, @TempDir Path parts)
      throws IOException {
    TrainConfig config =
        config(
            "train.few-views.dropout=0.2",
            "train.few-views.prune-every-steps=40",
            "densify.grow-gradient=1e-5");
    Gaussians undisturbed = run(scene, config, whole, 1000).training().gaussians();
    TrainResult cut = run(scene, config, parts, 50).training();
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    TrainResult resumed = run(scene, config, parts, 1000).training();
    assertThat(resumed.steps()).isEqualTo(120);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed);
  }

  /** Sums of gradients are empty where Gaussians go. */
  @Test
  void addsUpGradientsBetweenRemovals(@TempDir Path whole, @TempDir Path parts) throws IOException {
    TrainConfig config =
        config(
            "train.few-views.dropout=0.2",
            "train.few-views.prune-every-steps=50",
            "optimizer.accumulate.bands-views=16",
            "optimizer.accumulate.schedule=[{from-step: 10, views: 7}]");
    Gaussians undisturbed = run(scene, config, whole, 1000).training().gaussians();
    assertThat(atPlace(undisturbed)).isZero();
    run(scene, config, parts, 50);
    assertThat(run(scene, config, parts, 1000).training().gaussians()).isEqualTo(undisturbed);
  }

  @Test
  void aShareOfZeroIsLikeNone(@TempDir Path off, @TempDir Path zero, @TempDir Path some)
      throws IOException {
    String[] same = {"train.few-views.sh-degree=2", "train.few-views.prune-single-view=false"};
    Gaussians without =
        run(tiny, config("train.few-views.below=0"), off, 1000).training().gaussians();
    Gaussians none =
        run(tiny, config(same[0], same[1], "train.few-views.dropout=0"), zero, 1000)
            .training()
            .gaussians();
    assertThat(none).isEqualTo(without);
    Gaussians tenth = run(tiny, config(same), some, 1000).training().gaussians();
    assertThat(tenth).isNotEqualTo(without);
  }
}
