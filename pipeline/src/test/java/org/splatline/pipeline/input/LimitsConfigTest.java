package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;

class LimitsConfigTest {

  private static LimitsConfig with(String... settings) {
    return ConfigurationReader.withDefaultProfile("vanilla")
        .environment(Map.of())
        .settings(List.of(settings))
        .read()
        .section("limits", LimitsConfig.class);
  }

  @Test
  void hasDocumentedDefaults() {
    assertThat(with())
        .isEqualTo(
            new LimitsConfig(
                200_000_000,
                20_000,
                100_000_000_000L,
                20_000,
                50_000_000_000L,
                100,
                100,
                1L << 30,
                Duration.ofMinutes(45)));
  }

  @Test
  void mapsEveryKey() {
    assertThat(
            with(
                "limits.image-pixels=5",
                "limits.scene-images=6",
                "limits.scene-pixels=7",
                "limits.archive-entries=8",
                "limits.archive-bytes=9kB",
                "limits.archive-ratio=10",
                "limits.jpeg-scans=11",
                "limits.ingest-memory=512MiB",
                "limits.ingest-time=13s"))
        .isEqualTo(new LimitsConfig(5, 6, 7, 8, 9_000, 10, 11, 512L << 20, Duration.ofSeconds(13)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limits.image-pixels",
        "limits.scene-images",
        "limits.scene-pixels",
        "limits.archive-entries",
        "limits.archive-ratio",
        "limits.jpeg-scans"
      })
  void refusesZeroByItsKey(String key) {
    assertThatThrownBy(() -> with(key + "=0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }
}
