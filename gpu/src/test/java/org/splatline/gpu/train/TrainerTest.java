package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.synthetic.HeldPhotographs;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class TrainerTest {
  @TempDir static Path photographs;
  private static Scene scene;

  @BeforeAll
  static void writeScene() throws IOException {
    scene = TinyScene.write(photographs);
  }

  private static TrainConfig config(String profile, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "checkpoint.min-interval=0s", "train.sh-degree=1", "densify.max-gaussians=300"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile(profile).settings(all).read());
  }

  /** Keeps all points; cancels after a step. */
  private static final class Recorder implements TrainListener {
    final List<TrainingPoint> points = new ArrayList<>();
    private final int cancelAt;
    private int step;

    Recorder(int cancelAt) {
      this.cancelAt = cancelAt;
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      assertThat(deviceBytes).as("the CPU has no device").isNegative();
      points.add(point);
      step = point.step();
    }

    @Override
    public boolean isCancelled() {
      return step >= cancelAt;
    }
  }

  private static TrainResult train(TrainConfig config, int threads, Path out, Recorder recorder) {
    try (CpuBackend backend = new CpuBackend(threads)) {
      return Trainer.train(scene, config, backend, out, recorder);
    }
  }

  @Test
  void tenStepsGiveTheSavedLosses(@TempDir Path out) {
    Recorder recorder = new Recorder(Integer.MAX_VALUE);
    train(config("vanilla", "train.steps=10"), 1, out, recorder);
    double[] saved = {
      0.282767912, 0.280232208, 0.275511425, 0.270568106, 0.268665033,
      0.263819492, 0.259478378, 0.255773542, 0.252885991, 0.250960910
    };
    assertThat(recorder.points).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(recorder.points.get(i).loss())
          .as("loss of step %d", i + 1)
          .isCloseTo(saved[i], within(1e-6));
    }
  }

  @Test
  void learnsTheScene(@TempDir Path out) {
    TrainConfig config =
        config("vanilla", "train.steps=400", "densify.from-step=50", "densify.until-step=300");
    try (CpuBackend backend = new CpuBackend(2)) {
      TrainResult result =
          Trainer.train(scene, config, backend, out, new Recorder(Integer.MAX_VALUE));
      Evaluation evaluation = Evaluator.evaluate(backend, result.gaussians(), scene, config);
      assertThat(result.stoppedBy()).isEqualTo(StoppedBy.STEPS);
      assertThat(result.steps()).isEqualTo(400);
      assertThat(evaluation.psnr()).as("held-out PSNR, dB").isGreaterThan(22);
      assertThat(evaluation.views()).hasSize(2);
      assertThat(evaluation.renderFps()).isPositive();
      assertThat(result.curve().get(0).loss())
          .isGreaterThan(2 * result.curve().get(result.curve().size() - 1).loss());
    }
  }

  @Test
  void threadsDoNotChangeTheResult(@TempDir Path one, @TempDir Path three) {
    TrainConfig config =
        config(
            "vanilla",
            "train.steps=60",
            "densify.from-step=10",
            "densify.every-steps=10",
            "densify.grow-gradient=1e-5");
    TrainResult alone = train(config, 1, one, new Recorder(Integer.MAX_VALUE));
    TrainResult shared = train(config, 3, three, new Recorder(Integer.MAX_VALUE));
    assertThat(alone.gaussians().size()).isGreaterThan(60);
    assertThat(shared.gaussians()).isEqualTo(alone.gaussians());
  }

  @Test
  void stoppedAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) {
    String[] settings = {
      "train.steps=1200", "checkpoint.every-steps=1000000", "densify.grow-gradient=1e-5"
    };
    TrainConfig config = config("progressive", settings);
    TrainResult undisturbed = train(config, 2, whole, new Recorder(Integer.MAX_VALUE));
    TrainResult cut = train(config, 2, parts, new Recorder(500));
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(cut.steps()).isBetween(500, 1199);
    Recorder rest = new Recorder(Integer.MAX_VALUE);
    TrainResult resumed = train(config, 2, parts, rest);
    assertThat(rest.points.get(0).step()).isGreaterThan(cut.steps());
    assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
  }

  /** No checkpoint is written while gradients wait in sums. */
  @Test
  void stoppedBetweenStepsOfAdamAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) {
    TrainConfig config =
        config(
            "vanilla",
            "train.steps=300",
            "densify.from-step=20",
            "densify.until-step=150",
            "densify.every-steps=50",
            "densify.grow-gradient=1e-5",
            "optimizer.accumulate.bands-views=16",
            "optimizer.accumulate.schedule=[{from-step: 100, views: 7}]");
    TrainResult undisturbed = train(config, 2, whole, new Recorder(Integer.MAX_VALUE));
    TrainResult cut = train(config, 2, parts, new Recorder(200));
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(cut.steps() % 7).as("step %d ends a sum of 7 views", cut.steps()).isZero();
    TrainResult resumed = train(config, 2, parts, new Recorder(Integer.MAX_VALUE));
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
    List<TrainingPoint> curve = undisturbed.curve();
    assertThat(curve.get(curve.size() - 1).loss()).isLessThan(curve.get(0).loss());
  }

  /** An eighth and a quarter of these pictures are too small. */
  @Test
  void scalesFollowTheSpectrumAlsoWhenResumed(
      @TempDir Path pictures, @TempDir Path whole, @TempDir Path parts) throws IOException {
    Scene larger = TinyScene.writeLarger(pictures);
    TrainConfig config =
        config("vanilla", "train.steps=80", "train.resolution=spectrum", "densify.from-step=500");
    try (CpuBackend backend = new CpuBackend(2)) {
      Recorder recorder = new Recorder(Integer.MAX_VALUE);
      TrainResult undisturbed = Trainer.train(larger, config, backend, whole, recorder);
      assertThat(recorder.points)
          .extracting(TrainingPoint::scale)
          .startsWith(0.5)
          .contains(0.75)
          .endsWith(1.0)
          .isSorted();
      for (TrainingPoint point : recorder.points) {
        assertThat(point.scale() == 1).as("step %s", point.step()).isEqualTo(point.step() > 40);
      }
      Trainer.train(larger, config, backend, parts, new Recorder(20));
      TrainResult resumed =
          Trainer.train(larger, config, backend, parts, new Recorder(Integer.MAX_VALUE));
      assertThat(resumed.resumedAfterStep()).isBetween(20, 39);
      assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
    }
  }

  /** 300 points; the published shares of them, 30 steps after 20,000 scaled to 600 steps. */
  @Test
  void prunesToExactShares(@TempDir Path out) {
    Recorder recorder = new Recorder(Integer.MAX_VALUE);
    TrainConfig config =
        config(
            "published",
            "train.steps=600",
            "densify.grow-gradient=1e-7",
            "densify.late.from-step=0",
            "densify.late.until-step=0",
            "densify.opacity-reset-every-steps=30000",
            "densify.prune-opacity=1.0e-6",
            "densify.prune-scale=1000");
    TrainResult result = train(config, 2, out, recorder);
    int full = recorder.points.stream().mapToInt(TrainingPoint::gaussians).max().orElseThrow();
    assertThat(full).isGreaterThan(100);
    assertThat(result.gaussians().size()).isEqualTo((int) (0.101 * full));
    int[] steps = {400, 410, 420, 430, 440, 450};
    double[] shares = {0.6, 0.42, 0.294, 0.206, 0.144, 0.101};
    for (TrainingPoint point : recorder.points) {
      for (int i = 0; i < 6; i++) {
        if (point.step() >= steps[i] && (i == 5 || point.step() < steps[i + 1])) {
          assertThat(point.gaussians()).isEqualTo((int) Math.floor(shares[i] * full + 1e-6));
        }
      }
    }
  }

  /** Late densification adds Gaussians between prunes, but the last prune decides. */
  @Test
  void prunesToExactlyTheCountAskedFor(@TempDir Path out) {
    TrainConfig config =
        config(
            "published",
            "train.steps=600",
            "densify.grow-gradient=1e-7",
            "densify.opacity-reset-every-steps=30000",
            "densify.prune-opacity=1.0e-6",
            "densify.prune-scale=1000",
            "prune.keep-gaussians=41");
    Recorder recorder = new Recorder(Integer.MAX_VALUE);
    assertThat(train(config, 2, out, recorder).gaussians().size()).isEqualTo(41);
    assertThat(recorder.points).anyMatch(point -> point.gaussians() > 100);
  }

  @Test
  void stopsOnAPlateauAndNotBeforeItMay(@TempDir Path out) {
    String[] settings = {
      "train.steps=400",
      "densify.until-step=500",
      "train.plateau.mode=stop",
      "train.plateau.patience-steps=20",
      "train.plateau.min-gain=50",
      "train.plateau.anneal-steps=0"
    };
    TrainResult late = train(config("vanilla", settings), 2, out, new Recorder(Integer.MAX_VALUE));
    assertThat(late.stoppedBy()).as("densification isn't over").isEqualTo(StoppedBy.STEPS);
    assertThat(late.steps()).isEqualTo(400);
    settings[1] = "densify.until-step=50";
    TrainResult stopped =
        train(
            config(
                "vanilla",
                settings[0],
                "densify.from-step=20",
                settings[1],
                settings[2],
                settings[3],
                settings[4],
                settings[5]),
            2,
            out,
            new Recorder(Integer.MAX_VALUE));
    assertThat(stopped.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
    assertThat(stopped.steps()).as("the first whole round after").isEqualTo(56);
    TrainResult patient =
        train(
            config(
                "vanilla",
                settings[0],
                "densify.from-step=20",
                settings[1],
                settings[2],
                settings[3],
                settings[4],
                settings[5],
                "train.plateau.min-steps=90"),
            2,
            out,
            new Recorder(Integer.MAX_VALUE));
    assertThat(patient.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
    assertThat(patient.steps()).as("the first whole round from 90 on").isEqualTo(91);
  }

  /**
   * Growth ends at step 50; the first check is there, and 20 steps without a gain are a plateau.
   */
  private static final String[] KEEPING = {
    "train.steps=400",
    "densify.from-step=20",
    "densify.until-step=50",
    "densify.grow-gradient=1e-5",
    "train.plateau.mode=stop",
    "train.plateau.views=1",
    "train.plateau.check-every-steps=10",
    "train.plateau.patience-steps=20",
    "train.plateau.min-gain=50",
    "train.plateau.anneal-steps=30"
  };

  /** Fourteen training views: each of seven twice. View 7 is kept. */
  private static Scene twice() {
    List<View> views = new ArrayList<>(scene.trainViews());
    views.addAll(scene.trainViews());
    return new Scene("twice", views, scene.testViews(), scene.points(), List.of());
  }

  /** Remembers the view and the settings of each step. */
  private static final class StepsBackend implements SplatBackend {
    final List<Integer> views = new ArrayList<>();
    final List<StepSettings> settings = new ArrayList<>();
    private final CpuBackend cpu = new CpuBackend(2);

    @Override
    public String name() {
      return "steps";
    }

    @Override
    public String device() {
      return "steps";
    }

    @Override
    public SplatModel load(TrainingState state) {
      SplatModel model = cpu.load(state);
      return (SplatModel)
          Proxy.newProxyInstance(
              SplatModel.class.getClassLoader(),
              new Class<?>[] {SplatModel.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("step")) {
                  views.add((Integer) arguments[0]);
                  settings.add((StepSettings) arguments[1]);
                }
                return method.invoke(model, arguments);
              });
    }

    @Override
    public void close() {
      cpu.close();
    }
  }

  @Test
  void keptViewsDecideAndAreTrainedWhileItAnneals(@TempDir Path out) {
    try (StepsBackend backend = new StepsBackend()) {
      TrainConfig config = config("vanilla", KEEPING);
      TrainResult result =
          Trainer.train(twice(), config, backend, out, new Recorder(Integer.MAX_VALUE));
      assertThat(result.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
      assertThat(result.steps()).as("checks at 50, 60 and 70, then 30 steps").isEqualTo(100);
      assertThat(backend.views.subList(0, 70)).doesNotContain(7).contains(0, 6, 8, 13);
      assertThat(backend.views.subList(70, 84)).as("a round of all views").doesNotHaveDuplicates();
      AdamSettings plateau = backend.settings.get(69).adam();
      AdamSettings middle = backend.settings.get(84).adam();
      AdamSettings last = backend.settings.get(99).adam();
      assertThat(plateau.sh0Rate()).isEqualTo(2.5e-3f);
      assertThat(middle.sh0Rate()).isCloseTo(2.5e-4f, within(1e-9f));
      assertThat(last.sh0Rate()).isCloseTo(2.5e-5f, within(1e-10f));
      assertThat(last.meansRate() / plateau.meansRate()).isCloseTo(0.01f, within(1e-6f));
      assertThat(last.quatRate() / plateau.quatRate()).isCloseTo(0.01f, within(1e-6f));
    }
  }

  @Test
  void withoutAPlateauKeptViewsAreTrainedAfterTheLastCheck(@TempDir Path out) {
    String[] rising = KEEPING.clone();
    rising[7] = "train.plateau.patience-steps=300";
    rising[8] = "train.plateau.min-gain=0";
    try (StepsBackend backend = new StepsBackend()) {
      TrainResult result =
          Trainer.train(
              twice(), config("vanilla", rising), backend, out, new Recorder(Integer.MAX_VALUE));
      assertThat(result.stoppedBy()).isEqualTo(StoppedBy.STEPS);
      assertThat(result.steps()).isEqualTo(400);
      assertThat(backend.views.subList(0, 360)).doesNotContain(7);
      assertThat(backend.views.subList(360, 374)).doesNotHaveDuplicates();
      assertThat(backend.settings.get(399).adam().sh0Rate()).isEqualTo(2.5e-3f);
    }
  }

  /** Among the checks, and while it anneals. */
  @ParameterizedTest
  @ValueSource(ints = {61, 70, 85})
  void stoppedNearAPlateauAndResumedIsTheSame(int step, @TempDir Path whole, @TempDir Path parts) {
    TrainConfig config = config("vanilla", KEEPING);
    try (CpuBackend backend = new CpuBackend(2)) {
      TrainResult undisturbed =
          Trainer.train(twice(), config, backend, whole, new Recorder(Integer.MAX_VALUE));
      TrainResult cut = Trainer.train(twice(), config, backend, parts, new Recorder(step));
      assertThat(cut.steps()).isBetween(step, 99);
      TrainResult resumed =
          Trainer.train(twice(), config, backend, parts, new Recorder(Integer.MAX_VALUE));
      assertThat(resumed.resumedAfterStep()).isEqualTo(cut.steps());
      assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
      assertThat(resumed.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
      assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
    }
  }

  @Test
  void annealsAlsoWhenTheStepsDecide(@TempDir Path whole, @TempDir Path parts) {
    String[] settings = KEEPING.clone();
    settings[5] = "train.plateau.views=0";
    TrainConfig config = config("vanilla", settings);
    TrainResult undisturbed = train(config, 2, whole, new Recorder(Integer.MAX_VALUE));
    assertThat(undisturbed.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
    assertThat(undisturbed.steps()).as("56 ends the first round after growth").isEqualTo(86);
    train(config, 2, parts, new Recorder(64));
    TrainResult resumed = train(config, 2, parts, new Recorder(Integer.MAX_VALUE));
    assertThat(resumed.resumedAfterStep()).isBetween(64, 85);
    assertThat(resumed.steps()).isEqualTo(86);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
  }

  @Test
  void goesOnWhileUnderItsTarget(@TempDir Path reached, @TempDir Path far, @TempDir Path flat) {
    String[] settings = {
      "train.steps=100",
      "densify.until-step=500",
      "densify.from-step=450",
      "train.plateau.mode=extend",
      "train.plateau.extend-steps=60",
      "train.plateau.min-gain=0"
    };
    TrainConfig low = config("vanilla", settings);
    double psnr = train(low, 2, far, new Recorder(Integer.MAX_VALUE)).curve().get(99).trainPsnr();
    TrainResult extended = train(low, 2, far, new Recorder(Integer.MAX_VALUE));
    assertThat(extended.steps()).isEqualTo(160);
    assertThat(extended.stoppedBy()).isEqualTo(StoppedBy.STEPS);
    String[] near = Arrays.copyOf(settings, 7);
    near[6] = "train.plateau.extend-to-psnr=" + (psnr + 0.3);
    TrainResult met = train(config("vanilla", near), 2, reached, new Recorder(Integer.MAX_VALUE));
    assertThat(met.stoppedBy()).isEqualTo(StoppedBy.TARGET);
    assertThat(met.steps()).isBetween(101, 159);
    String[] patient = Arrays.copyOf(settings, 9);
    patient[8] = "train.plateau.anneal-steps=0";
    patient[5] = "train.plateau.min-gain=50";
    patient[6] = "train.plateau.patience-steps=110";
    patient[1] = "densify.until-step=90";
    patient[2] = "densify.from-step=80";
    patient[7] = "densify.grow-gradient=1";
    TrainResult level = train(config("vanilla", patient), 2, flat, new Recorder(Integer.MAX_VALUE));
    assertThat(level.stoppedBy()).isEqualTo(StoppedBy.PLATEAU);
    assertThat(level.steps()).isBetween(101, 159);
  }

  @Test
  void adaptiveDilationAndAntialiasingTrain(@TempDir Path out) {
    TrainResult result =
        train(
            config(
                "published",
                "train.steps=300",
                "train.dilation=adaptive",
                "train.antialiased=true",
                "densify.opacity-reset-every-steps=30000"),
            2,
            out,
            new Recorder(Integer.MAX_VALUE));
    assertThat(result.curve().get(0).loss())
        .isGreaterThan(result.curve().get(result.curve().size() - 1).loss());
  }

  /** Between two prunes, within late densification and a round. */
  @Test
  void stoppedAmongPrunesAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) {
    TrainConfig config =
        config(
            "published",
            "train.steps=1200",
            "checkpoint.every-steps=25000", // of 30,000: 1,000
            "densify.grow-gradient=1e-5");
    TrainResult undisturbed = train(config, 2, whole, new Recorder(Integer.MAX_VALUE));
    TrainResult cut = train(config, 2, parts, new Recorder(805));
    assertThat(cut.steps()).isBetween(805, 899);
    TrainResult resumed = train(config, 2, parts, new Recorder(Integer.MAX_VALUE));
    assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
    assertThat(resumed.stoppedBy()).isEqualTo(undisturbed.stoppedBy());
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
  }

  @Test
  void aDamagedCheckpointIsPassedOver(@TempDir Path out) throws IOException {
    TrainConfig config = config("vanilla", "train.steps=30", "checkpoint.every-steps=10");
    TrainResult undisturbed = train(config, 2, out, new Recorder(Integer.MAX_VALUE));
    Path newest = out.resolve("step-000030.ckpt");
    byte[] bytes = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
    Files.writeString(out.resolve("step-000020.ckpt"), "not a checkpoint");
    Recorder rest = new Recorder(Integer.MAX_VALUE);
    TrainResult again = train(config, 2, out, rest);
    assertThat(rest.points.get(0).step()).isEqualTo(11);
    assertThat(again.gaussians()).isEqualTo(undisturbed.gaussians());
  }

  @Test
  void keepsTheNewestCheckpoints(@TempDir Path out) throws IOException {
    train(
        config("vanilla", "train.steps=50", "checkpoint.every-steps=10", "checkpoint.keep=2"),
        2,
        out,
        new Recorder(Integer.MAX_VALUE));
    try (var files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000040.ckpt", "step-000050.ckpt");
    }
  }

  @Test
  void whatChangesNoModelResumes(@TempDir Path out) {
    train(config("vanilla", "train.steps=30"), 2, out, new Recorder(20));
    Recorder rest = new Recorder(Integer.MAX_VALUE);
    TrainResult resumed =
        train(
            config(
                "vanilla",
                "train.steps=30",
                "train.progress-every=1s",
                "train.threads=1",
                "checkpoint.every-steps=7",
                "checkpoint.keep=1",
                "quality.target-psnr=20",
                "export.frame=enu",
                "sfm.timeout=3h"),
            2,
            out,
            rest);
    assertThat(resumed.resumedAfterStep()).isBetween(20, 29);
  }

  /** Sums of 8 views: a checkpoint that is due waits for their end. */
  @Test
  void checkpointsChangeNoModel(@TempDir Path often, @TempDir Path never) throws IOException {
    String[] settings = {
      "train.steps=40", "optimizer.accumulate.schedule=[{from-step: 0, views: 8}]", ""
    };
    settings[2] = "checkpoint.every-steps=11";
    TrainResult some =
        train(config("vanilla", settings), 2, often, new Recorder(Integer.MAX_VALUE));
    try (var files = Files.list(often)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000016.ckpt", "step-000024.ckpt", "step-000040.ckpt");
    }
    settings[2] = "checkpoint.every-steps=1000";
    TrainResult none =
        train(config("vanilla", settings), 2, never, new Recorder(Integer.MAX_VALUE));
    assertThat(some.gaussians()).isEqualTo(none.gaussians());
  }

  @Test
  void anotherConfigurationStartsAnew(@TempDir Path out) {
    train(
        config("vanilla", "train.steps=20", "checkpoint.every-steps=10"),
        2,
        out,
        new Recorder(Integer.MAX_VALUE));
    Recorder rest = new Recorder(Integer.MAX_VALUE);
    train(
        config("vanilla", "train.steps=30", "checkpoint.every-steps=10", "train.seed=9"),
        2,
        out,
        rest);
    assertThat(rest.points.get(0).step()).isEqualTo(1);
  }

  @Test
  void otherPixelsStartAnew(@TempDir Path pictures, @TempDir Path out) throws IOException {
    TrainConfig config = config("vanilla", "train.steps=20", "checkpoint.every-steps=10");
    Scene own = TinyScene.write(pictures);
    try (CpuBackend backend = new CpuBackend(2)) {
      Trainer.train(own, config, backend, out, new Recorder(Integer.MAX_VALUE));
      Recorder same = new Recorder(Integer.MAX_VALUE);
      Trainer.train(own, config, backend, out, same);
      assertThat(same.points).as("nothing left to do").isEmpty();
      Path changed = own.trainViews().get(3).image();
      Files.copy(own.trainViews().get(4).image(), changed, StandardCopyOption.REPLACE_EXISTING);
      Recorder restarted = new Recorder(Integer.MAX_VALUE);
      Trainer.train(own, config, backend, out, restarted);
      assertThat(restarted.points.get(0).step()).isEqualTo(1);
    }
  }

  @Test
  void randomBackgroundAndDenseAdamTrain(@TempDir Path out) {
    TrainResult result =
        train(
            config("vanilla", "train.steps=20", "image.background=random", "optimizer.update=all"),
            2,
            out,
            new Recorder(Integer.MAX_VALUE));
    assertThat(result.curve()).allSatisfy(point -> assertThat(point.loss()).isFinite());
  }

  /** Training ends with the densification at step 20, long before the first opacity reset. */
  @Test
  void prunesLargeGaussiansFromTheFirstDensification(@TempDir Path out, @TempDir Path capped) {
    String[] settings = {
      "train.steps=20",
      "densify.from-step=5",
      "densify.every-steps=10",
      "densify.grow-gradient=1",
      "densify.max-scale=0"
    };
    TrainResult free = train(config("vanilla", settings), 2, out, new Recorder(Integer.MAX_VALUE));
    double extent = SceneExtent.of(scene, config("vanilla").train());
    double limit = largestScale(free.gaussians()) / 2;
    settings[4] = "densify.max-scale=" + limit / extent;
    TrainResult small =
        train(config("vanilla", settings), 2, capped, new Recorder(Integer.MAX_VALUE));
    assertThat(largestScale(small.gaussians())).isLessThanOrEqualTo(limit * (1 + 1e-6));
    assertThat(small.gaussians().size()).isBetween(1, free.gaussians().size() - 1);
  }

  private static double largestScale(Gaussians gaussians) {
    double largest = 0;
    for (float logScale : gaussians.logScales()) {
      largest = Math.max(largest, Math.exp(logScale));
    }
    return largest;
  }

  /** Two sizes, two lenses, landscape and portrait; one upright picture stored on its side. */
  @Test
  void learnsFromSeveralCamerasOfMixedSizes(@TempDir Path folder) throws IOException {
    Scene mixed = TinyScene.writeMixed(folder);
    List<View> views = new ArrayList<>(mixed.trainViews());
    View upright = views.get(0);
    BufferedImage image = ImageIO.read(upright.image().toFile());
    assertThat(image.getHeight()).isEqualTo(71);
    BufferedImage stored = new BufferedImage(71, 44, BufferedImage.TYPE_3BYTE_BGR);
    for (int p = 0; p < 71 * 44; p++) { // orientation 6: stored (x, y) is seen at (43 - y, x)
      stored.setRGB(p % 71, p / 71, image.getRGB(43 - p / 71, p % 71));
    }
    Path held = HeldPhotographs.write(folder.resolve("held.jpg"), stored, 6);
    views.set(0, new View(upright.name(), upright.camera(), held));
    Scene scene = new Scene("mixed", views, mixed.testViews(), mixed.points(), List.of());
    TrainConfig config =
        config("published", "train.steps=500", "densify.opacity-reset-every-steps=30000");
    try (CpuBackend backend = new CpuBackend(2)) {
      TrainResult result =
          Trainer.train(
              scene, config, backend, folder.resolve("out"), new Recorder(Integer.MAX_VALUE));
      Scene seen = new Scene("seen", views, views, mixed.points(), List.of());
      for (ViewMetrics view :
          Evaluator.evaluate(backend, result.gaussians(), seen, config).views()) {
        assertThat(view.psnr()).as("%s, %d px wide", view.view(), view.width()).isGreaterThan(20);
      }
    }
  }

  /** The scene with a block of noise in each photograph, each in another place. */
  private static Scene damaged(Path folder, Damage damage) throws IOException {
    return new Scene(
        scene.id(),
        damaged(scene.trainViews(), folder, damage),
        damaged(scene.testViews(), folder, damage),
        scene.points(),
        List.of());
  }

  private enum Damage {
    MASK_ALONE,
    NOISE_ALONE,
    NOISE_UNDER_MASK,
    NOISE_UNDER_ALPHA
  }

  private static List<View> damaged(List<View> views, Path folder, Damage damage)
      throws IOException {
    List<View> damaged = new ArrayList<>();
    for (View view : views) {
      BufferedImage photograph = ImageIO.read(view.image().toFile());
      int width = photograph.getWidth();
      int height = photograph.getHeight();
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
      BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      Random random = new Random(view.name().hashCode());
      int left = random.nextInt(width / 2);
      for (int p = 0; p < width * height; p++) {
        int x = p % width;
        int y = p / width;
        boolean ignored = left <= x && x < left + width / 3 && y % 20 < 15;
        int noise = random.nextInt(1 << 24);
        int opaque = ignored && damage == Damage.NOISE_UNDER_ALPHA ? 100 : 255;
        int rgb = ignored && damage != Damage.MASK_ALONE ? noise : photograph.getRGB(x, y);
        image.setRGB(x, y, opaque << 24 | (rgb & 0xffffff));
        mask.getRaster().setSample(x, y, 0, ignored ? 0 : 255);
      }
      Path file = folder.resolve(view.name());
      Path maskFile = folder.resolve("mask-" + view.name());
      ImageIO.write(image, "png", file.toFile());
      ImageIO.write(mask, "png", maskFile.toFile());
      boolean masked = damage == Damage.MASK_ALONE || damage == Damage.NOISE_UNDER_MASK;
      damaged.add(
          new View(
              view.name(), view.camera(), file, masked ? Optional.of(maskFile) : Optional.empty()));
    }
    return damaged;
  }

  private static Evaluation trainDamaged(Path folder, Damage damage, TrainConfig config)
      throws IOException {
    Scene damaged = damaged(Files.createDirectories(folder.resolve("" + damage)), damage);
    try (CpuBackend backend = new CpuBackend(2)) {
      TrainResult result =
          Trainer.train(
              damaged,
              config,
              backend,
              folder.resolve("checkpoints-" + damage),
              new Recorder(Integer.MAX_VALUE));
      return Evaluator.evaluate(backend, result.gaussians(), damaged, config);
    }
  }

  /** Ignored pixels don't change the scores either; with phases, blur and prunes. */
  @Test
  void whatIsIgnoredNeverReachesTheModel(@TempDir Path folder) throws IOException {
    String[] settings = {"train.steps=300", "image.reduce=1.5"};
    TrainConfig config = config("progressive", settings);
    TrainConfig byAlpha = config("progressive", settings[0], settings[1], "image.alpha=mask");
    Evaluation clean = trainDamaged(folder, Damage.MASK_ALONE, config);
    Evaluation masked = trainDamaged(folder, Damage.NOISE_UNDER_MASK, config);
    Evaluation transparent = trainDamaged(folder, Damage.NOISE_UNDER_ALPHA, byAlpha);
    Evaluation damaged = trainDamaged(folder, Damage.NOISE_ALONE, config);
    assertThat(masked.views()).isEqualTo(clean.views());
    assertThat(transparent.views()).isEqualTo(clean.views());
    assertThat(damaged.psnr()).as("with noise, dB").isLessThan(clean.psnr() - 3);
  }

  @Test
  void tooFewViewsAreRefused(@TempDir Path out) {
    Scene few =
        new Scene(
            "few", scene.trainViews().subList(0, 1), scene.testViews(), scene.points(), List.of());
    try (CpuBackend backend = new CpuBackend(1)) {
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      few,
                      config("vanilla", "train.steps=10"),
                      backend,
                      out,
                      new Recorder(Integer.MAX_VALUE)))
          .isInstanceOf(SceneException.class)
          .hasMessageContaining("Cannot train scene few: it has 1 training views, need 2")
          .satisfies(e -> assertThat(((SceneException) e).verdict()).isEqualTo(Verdict.FEW_IMAGES));
    }
  }

  /** A device without free memory. It records the request. */
  private static final class FullBackend implements SplatBackend {
    TrainingLoad asked;

    @Override
    public String name() {
      return "full";
    }

    @Override
    public String device() {
      return "full";
    }

    @Override
    public SplatModel load(TrainingState state) {
      throw new DeviceMemoryException("60 Gaussians need more than there is. Lower something");
    }

    @Override
    public SplatModel load(TrainingState state, TrainingLoad load) {
      asked = load;
      return load(state);
    }

    @Override
    public void close() {}
  }

  @Test
  void tooLittleDeviceMemoryIsAVerdict(@TempDir Path out) {
    try (FullBackend backend = new FullBackend()) {
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      scene,
                      config("vanilla", "train.steps=10"),
                      backend,
                      out,
                      new Recorder(Integer.MAX_VALUE)))
          .isInstanceOf(SceneException.class)
          .hasMessage(
              "Cannot train scene tiny: 60 Gaussians need more than there is. Lower something")
          .satisfies(
              e -> assertThat(((SceneException) e).verdict()).isEqualTo(Verdict.OUT_OF_MEMORY));
      assertThat(backend.asked.maxGaussians()).isEqualTo(300);
      assertThat(backend.asked.targets()).hasSize(7);
    }
  }

  /** A CPU backend with memory for 70 Gaussians. */
  private static final class SmallBackend implements SplatBackend {
    private final CpuBackend cpu = new CpuBackend(2);
    int loadedFor;

    @Override
    public String name() {
      return "small";
    }

    @Override
    public String device() {
      return "small";
    }

    @Override
    public SplatModel load(TrainingState state) {
      return cpu.load(state);
    }

    @Override
    public SplatModel load(TrainingState state, TrainingLoad load) {
      loadedFor = load.maxGaussians();
      return load(state);
    }

    @Override
    public int maxGaussians(int gaussians, TrainingLoad load) {
      assertThat(gaussians).isEqualTo(60);
      assertThat(load.maxGaussians()).isEqualTo(300);
      return 70;
    }

    @Override
    public void close() {
      cpu.close();
    }
  }

  @Test
  void growsToWhatItsDeviceHolds(@TempDir Path out, @TempDir Path free) {
    TrainConfig config =
        config(
            "vanilla",
            "train.steps=40",
            "densify.from-step=5",
            "densify.every-steps=10",
            "densify.grow-gradient=1e-7");
    try (SmallBackend backend = new SmallBackend()) {
      TrainResult result =
          Trainer.train(scene, config, backend, out, new Recorder(Integer.MAX_VALUE));
      assertThat(result.maxGaussians()).isEqualTo(70);
      assertThat(result.gaussians().size()).isBetween(61, 70);
      assertThat(backend.loadedFor).isEqualTo(70);
    }
    TrainResult unlimited = train(config, 2, free, new Recorder(Integer.MAX_VALUE));
    assertThat(unlimited.maxGaussians()).isEqualTo(300);
    assertThat(unlimited.gaussians().size()).isGreaterThan(70);
  }

  @Test
  void noStepsGiveTheStartingModel(@TempDir Path out) {
    TrainResult result =
        train(config("vanilla", "train.steps=0"), 1, out, new Recorder(Integer.MAX_VALUE));
    assertThat(result.gaussians().size()).isEqualTo(60);
    assertThat(result.steps()).isZero();
  }
}
