package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.scene.Scene;

/** A device that has no room for more than a number of Gaussians. */
class GrowthEndTest {
  private static final int ROOM = 100;

  /** The CPU backend, whose models refuse to grow above {@link #ROOM}. */
  private static final class SmallDevice implements SplatBackend {
    private final SplatBackend cpu = new CpuBackend(2);

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
      SplatModel model = cpu.load(state);
      return (SplatModel)
          Proxy.newProxyInstance(
              SplatModel.class.getClassLoader(),
              new Class<?>[] {SplatModel.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("densify")
                    && ((DensifySettings) arguments[0]).maxGaussians() > ROOM) {
                  throw new DeviceMemoryException("no room");
                }
                try {
                  return method.invoke(model, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public void close() {
      cpu.close();
    }
  }

  @Test
  void aFullDeviceEndsGrowthAndNotTheTraining(@TempDir Path folder) throws IOException {
    Scene scene = TinyScene.write(folder);
    TrainConfig config =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla")
                .settings(
                    List.of(
                        "train.sh-degree=1",
                        "train.steps=40",
                        "densify.from-step=5",
                        "densify.until-step=35",
                        "densify.every-steps=10",
                        "densify.grow-gradient=1e-9",
                        "densify.max-gaussians=1000"))
                .read());
    try (SmallDevice device = new SmallDevice()) {
      SceneTraining.Outcome outcome =
          SceneTraining.run(
              scene,
              config,
              ExportConfig.PLY,
              device,
              folder.resolve("out"),
              (point, steps, bytes) -> {});
      assertThat(outcome.training().steps()).isEqualTo(40);
      assertThat(outcome.training().maxGaussians()).isEqualTo(60);
      assertThat(outcome.metrics().qualityDetail())
          .contains(
              "; growth ended at 60 Gaussians in step 10 because the GPU's memory was full: ");
    }
  }
}
