package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;
import org.splatline.gpu.sfm.SfmConfig.Device;
import org.splatline.gpu.sfm.SfmConfig.Matching;

class SfmConfigTest {

  @Test
  void hasDocumentedDefaults() {
    assertThat(SfmConfigs.with("threads=0"))
        .isEqualTo(
            new SfmConfig(
                "colmap",
                Matching.AUTO,
                Device.AUTO,
                Device.AUTO,
                60,
                300,
                10,
                "",
                4,
                200,
                ColmapCameraModel.OPENCV,
                0,
                0,
                Duration.ofHours(2),
                Duration.ofMinutes(10),
                2L << 30,
                0,
                3,
                3,
                0.6,
                0.8,
                500,
                2.1,
                2.0));
  }

  @Test
  void mapsEveryKey() {
    assertThat(
            SfmConfigs.with(
                "colmap=/opt/colmap",
                "matcher=sequential",
                "features=cpu",
                "matching=gpu",
                "exhaustive-max-images=7",
                "gpu-exhaustive-max-images=9",
                "sequential-overlap=5",
                "vocabulary=/tree",
                "rungs=2",
                "exhaustive-rung-images=8",
                "camera-model=SIMPLE_RADIAL",
                "max-features=1000",
                "threads=3",
                "timeout=90s",
                "stall=30s",
                "free-disk=1MiB",
                "random-seed=9",
                "min-images=4",
                "min-registered=5",
                "min-registered-share=0.5",
                "degraded-share=0.7",
                "min-points=6",
                "min-track-length=3.5",
                "max-error-px=1.5"))
        .isEqualTo(
            new SfmConfig(
                "/opt/colmap",
                Matching.SEQUENTIAL,
                Device.CPU,
                Device.GPU,
                7,
                9,
                5,
                "/tree",
                2,
                8,
                ColmapCameraModel.SIMPLE_RADIAL,
                1000,
                3,
                Duration.ofSeconds(90),
                Duration.ofSeconds(30),
                1 << 20,
                9,
                4,
                5,
                0.5,
                0.7,
                6,
                3.5,
                1.5));
  }

  @Test
  void takesAllCoresForZeroThreads() {
    assertThat(SfmConfigs.with("threads=0").effectiveThreads())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(SfmConfigs.with("threads=5").effectiveThreads()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 300, 2, 8192",
    "0, 301, 2, 4096",
    "0, 1200, 2, 4096",
    "0, 1201, 2, 2048",
    "0, 800, 16, 4096",
    "0, 300, 64, 8192",
    "0, 1201, 64, 2048",
    "5000, 9000, 1, 5000",
  })
  void limitsFeaturesOfLargeSetsOnAnyNumberOfThreads(
      int set, int images, int threads, int features) {
    assertThat(SfmConfigs.with("max-features=" + set, "threads=" + threads).featuresFor(images))
        .isEqualTo(features);
  }

  @ParameterizedTest
  @CsvSource({
    "colmap, ' '",
    "matcher, vocabulary",
    "matcher, preselected",
    "exhaustive-max-images, -1",
    "gpu-exhaustive-max-images, -1",
    "features, tpu",
    "matching, tpu",
    "sequential-overlap, 0",
    "camera-model, FISHBOWL",
    "max-features, -1",
    "rungs, 0",
    "exhaustive-rung-images, -1",
    "degraded-share, 1.1",
    "min-track-length, -1",
    "threads, -1",
    "timeout, 0s",
    "random-seed, -1",
    "min-images, 1",
    "min-registered, 1",
    "min-registered-share, 1.1",
    "min-points, 0",
    "max-error-px, 0",
  })
  void refusesValueOutOfRangeByItsKey(String key, String value) {
    assertThatThrownBy(() -> SfmConfigs.with(key + "=" + value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sfm." + key);
  }
}
