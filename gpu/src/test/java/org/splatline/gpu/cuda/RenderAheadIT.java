package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.scene.Camera;

/** Pictures are the same, whether views are rendered in turns or one by one. */
class RenderAheadIT {
  private static final int N = 5000;
  private static final TrainingState STATE = TrainingState.of(TestGaussians.random(N, 3, 11));
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.1f, 0.3f, 0.2f);

  private CudaBackend backend;

  @BeforeEach
  void openBackend() {
    Gpu.assume();
    backend = Gpu.open();
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (backend != null) {
      backend.close();
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  /** Of different sizes. */
  private static List<Camera> cameras(int count) {
    List<Camera> cameras = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cameras.add(TestGaussians.camera(640 + 90 * (i % 5), 480 - 70 * (i % 3), i));
    }
    return cameras;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20, 21})
  void picturesAreTheSameAsOneByOne(int count) {
    checkPictures(count, new MemoryAccount(), Math.min(3, count));
  }

  @ParameterizedTest
  @CsvSource({"90, 1", "150, 2"})
  void picturesAreTheSameWithRoomForFewer(int mebibytes, int turns) {
    checkPictures(6, new MemoryAccount((long) mebibytes << 20), turns);
  }

  private void checkPictures(int count, MemoryAccount account, int turns) {
    List<Camera> cameras = cameras(count);
    try (DeviceStream stream = new DeviceStream(false);
        GaussianArrays gaussians = new GaussianArrays(account, N, Precision.FLOAT, false);
        StepResults results = new StepResults(account, stream)) {
      gaussians.upload(STATE);
      Kernels kernels = new Kernels(backend.module(), Precision.FLOAT);
      List<ViewPipeline.View> views =
          cameras.stream().map(camera -> view(camera, gaussians, results)).toList();
      try (ForwardPass pass = new ForwardPass(account, kernels);
          RenderAhead renderer = new RenderAhead(account, kernels, pass, stream, false)) {
        renderer.reserve(views);
        renderer.render(views);
        assertThat(results.read(stream).overflow()).isFalse();
        assertThat(renderer.pass(0)).isSameAs(pass);
        assertThat(IntStream.range(0, count).mapToObj(renderer::pass).distinct()).hasSize(turns);
        for (int i = count - turns; i < count; i++) {
          CameraArgument camera = CameraArgument.of(cameras.get(i));
          assertThat(ViewReadback.image(renderer.pass(i).buffers(), camera).rgb())
              .as("picture %s", i)
              .isEqualTo(alone(cameras.get(i)));
        }
      }
    }
    assertThat(account.liveBytes()).isZero();
  }

  private static ViewPipeline.View view(
      Camera camera, GaussianArrays gaussians, StepResults results) {
    return new ViewPipeline.View(
        gaussians, N, CameraArgument.of(camera).with(SETTINGS), SETTINGS, 3, null, results);
  }

  private float[] alone(Camera camera) {
    try (CudaModel model = backend.model(STATE)) {
      return model.render(camera, SETTINGS).rgb();
    }
  }
}
