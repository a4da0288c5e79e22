package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.InitialGaussians;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;

/** Near planes and extents of scenes, by cameras and by points. */
class SceneScaleTest {
  private static final Intrinsics SQUARE = new Intrinsics(10, 10, 10, 10, 5, 5);

  private static TrainConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("train.steps=1"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  private static ScheduleConfig byPoints() {
    return config("train.near-plane=points", "train.scene-extent=points").train();
  }

  /** A camera at (x, 0, z) that looks along +z. */
  private static View view(String name, double x, double z) {
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    return new View(name, new Camera(SQUARE, identity, new double[] {-x, 0, -z}), null);
  }

  private static Scene scene(SparsePoints points, View... views) {
    return new Scene("s", List.of(views), List.of(view("held", 0, -1)), points, List.of());
  }

  /** Points on the z axis, with the indices that views have observed. */
  private static SparsePoints onAxis(Map<String, int[]> observed, double... depths) {
    float[] positions = new float[3 * depths.length];
    for (int i = 0; i < depths.length; i++) {
      positions[3 * i + 2] = (float) depths[i];
    }
    return new SparsePoints(
        positions, new byte[positions.length], observed, SparsePoints.Origin.MEASURED);
  }

  /** first, first + 1, ... */
  private static double[] range(int first, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> first + i);
    return values;
  }

  private static float plane(Scene scene, int index) {
    return scene.trainViews().get(index).camera().nearPlane();
  }

  @Test
  void fixedNearPlanesAreTheUsualOnes() {
    Scene scene = scene(onAxis(Map.of(), range(10, 101)), view("a", 0, 0));
    assertThat(NearPlanes.in(scene, config().train())).isSameAs(scene);
    assertThat(plane(scene, 0)).isEqualTo(0.2f);
  }

  @Test
  void aNearPlaneIsATenthOfTheNearPointsDepth() {
    SparsePoints points = onAxis(Map.of(), range(10, 101));
    Scene near = NearPlanes.in(scene(points, view("a", 0, 0), view("b", 0, 7)), byPoints());
    assertThat(plane(near, 0)).isEqualTo(1.2f);
    assertThat(plane(near, 1)).isEqualTo(0.5f);
    assertThat(near.testViews().get(0).camera().nearPlane()).as("held out").isEqualTo(1.3f);
    assertThat(NearPlanes.in(near, byPoints()).trainViews().get(0).camera().nearPlane())
        .as("applied twice")
        .isEqualTo(1.2f);
  }

  /** Unless they are so near that they must be outliers. */
  @Test
  void allPointsAreBehindTheNearPlane() {
    double[] depths = range(10, 101);
    depths[0] = 0.5;
    assertThat(
            plane(NearPlanes.in(scene(onAxis(Map.of(), depths), view("a", 0, 0)), byPoints()), 0))
        .isEqualTo(0.45f);
    depths[0] = 1e-5;
    assertThat(
            plane(NearPlanes.in(scene(onAxis(Map.of(), depths), view("a", 0, 0)), byPoints()), 0))
        .isEqualTo(0.12f);
    depths[0] = -3;
    assertThat(
            plane(NearPlanes.in(scene(onAxis(Map.of(), depths), view("a", 0, 0)), byPoints()), 0))
        .as("behind the camera")
        .isEqualTo(1.2f);
  }

  @Test
  void theDepthSortReachesTheBackground() {
    double[] depths = new double[100];
    Arrays.setAll(depths, i -> i < 50 ? 0.01 : 1000);
    Scene scene = scene(onAxis(Map.of(), depths), view("a", 0, 0));
    float near = plane(NearPlanes.in(scene, byPoints()), 0);
    assertThat(65_536.0 * near).isGreaterThanOrEqualTo(16_000);
  }

  @Test
  void tracksSayWhichPointsAViewHasObserved() {
    int[] far = new int[30];
    Arrays.setAll(far, i -> 71 + i);
    int[] middle = new int[30];
    Arrays.setAll(middle, i -> 40 + i);
    SparsePoints points =
        onAxis(Map.of("a", far, "b", middle, "few", new int[] {0}), range(10, 101));
    Scene scene =
        NearPlanes.in(
            scene(points, view("a", 0, 0), view("b", 0, 0), view("c", 0, 0), view("few", 0, 0)),
            byPoints());
    assertThat(plane(scene, 0)).isEqualTo(8.1f);
    assertThat(plane(scene, 1)).isEqualTo(5);
    assertThat(plane(scene, 2)).as("median of the others").isEqualTo(6.55f);
    assertThat(plane(scene, 3)).as("one point is too few").isEqualTo(6.55f);
    Scene blind = scene(onAxis(Map.of("x", far), range(10, 101)), view("a", 0, 0));
    assertThat(plane(NearPlanes.in(blind, byPoints()), 0)).isEqualTo(0.2f);
  }

  @Test
  void pointsBesideThePictureDoNotCount() {
    float[] positions = new float[90];
    for (int i = 0; i < 30; i++) {
      positions[3 * i] = i % 2 == 0 ? 0 : 4; // the picture ends at half the depth
      positions[3 * i + 2] = i % 2 == 0 ? 20 : 2;
    }
    SparsePoints points = new SparsePoints(positions, new byte[90]);
    View view = view("a", 0, 0);
    assertThat(PointDepths.of(view, points).size()).isEqualTo(15);
    assertThat(PointDepths.of(view, points).quantile(0)).isEqualTo(20);
  }

  @Test
  void theExtentIsTheCamerasSpread() {
    SparsePoints points = onAxis(Map.of(), range(10, 101));
    Scene scene = scene(points, view("a", 3, 0), view("b", -1, 0));
    assertThat(SceneExtent.of(scene, config().train())).isCloseTo(2.2, within(1e-12));
    Scene alone = scene(points, view("a", 3, 0));
    assertThat(SceneExtent.of(alone, config().train())).isEqualTo(1);
    assertThat(SceneExtent.middle(scene.trainViews())).containsExactly(1, 0, 0);
  }

  @Test
  void theExtentReachesToThePoints() {
    SparsePoints points = onAxis(Map.of(), range(10, 101));
    Scene near = scene(points, view("a", 0, 0), view("b", 0, 1), view("c", 0, 2));
    assertThat(SceneExtent.of(near, byPoints())).isEqualTo(59);
    Scene wide = scene(points, view("a", 0, -100), view("b", 0, 0));
    assertThat(SceneExtent.of(wide, byPoints())).isEqualTo(110);
    Scene small = scene(onAxis(Map.of(), 0.01, 0.02, 0.03), view("a", 0, 0));
    assertThat(SceneExtent.of(small, byPoints())).isCloseTo(0.02, within(1e-8));
    Scene blind = scene(onAxis(Map.of(), -1), view("a", 0, 0));
    assertThat(SceneExtent.of(blind, byPoints())).isEqualTo(1);
  }

  @Test
  void theExtentOfAnObjectIsThatOfItsRandomPoints() {
    float[] positions = {1, 0, 9, 3.5f, 8, 9, 2, 4, 9};
    SparsePoints random =
        new SparsePoints(positions, new byte[9], Map.of(), SparsePoints.Origin.RANDOM);
    Scene scene = scene(random, view("a", -5, 0), view("b", 5, 0));
    assertThat(SceneExtent.of(scene, byPoints())).isEqualTo(1.25);
    assertThat(SceneExtent.of(scene, config().train())).isCloseTo(5.5, within(1e-12));
  }

  @Test
  void trainingAndEvaluationUseTheSameNearPlanes(@TempDir Path folder) throws IOException {
    Scene tiny = TinyScene.write(folder);
    TrainConfig points = config("train.near-plane=points");
    List<Target> targets;
    try (PreparedScene prepared = PreparedScene.of(tiny, points, folder)) {
      targets = prepared.targets();
    }
    for (int i = 0; i < targets.size(); i++) {
      View view = NearPlanes.in(tiny, points.train()).trainViews().get(i);
      assertThat(targets.get(i).camera().nearPlane())
          .isEqualTo(view.camera().nearPlane())
          .isBetween(0.21f, 0.35f);
      assertThat(TargetSizes.inPhase(targets.get(i).camera(), 0.5).nearPlane())
          .isEqualTo(view.camera().nearPlane());
    }
    Gaussians model = InitialGaussians.from(tiny.points(), 0);
    double[] center = tiny.testViews().get(0).camera().center();
    double[] forward = tiny.testViews().get(0).camera().forward();
    for (int k = 0; k < 3; k++) {
      model.means()[k] = (float) (center[k] + 0.205 * forward[k]); // covers the picture if drawn
    }
    model.logitOpacities()[0] = 5;
    try (CpuBackend backend = new CpuBackend(2)) {
      assertThat(Evaluator.evaluate(backend, model, tiny, points).psnr())
          .isGreaterThan(Evaluator.evaluate(backend, model, tiny, config()).psnr() + 1);
    }
  }
}
