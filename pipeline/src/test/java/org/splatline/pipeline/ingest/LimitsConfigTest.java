package org.splatline.pipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    assertThat(with()).isEqualTo(new LimitsConfig(200_000_000, 20_000));
  }

  @Test
  void mapsEveryKey() {
    assertThat(with("limits.image-pixels=5", "limits.scene-images=6"))
        .isEqualTo(new LimitsConfig(5, 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limits.image-pixels", "limits.scene-images"})
  void refusesZeroByItsKey(String key) {
    assertThatThrownBy(() -> with(key + "=0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }
}
