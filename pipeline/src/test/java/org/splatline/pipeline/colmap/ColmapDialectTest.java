package org.splatline.pipeline.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

class ColmapDialectTest {

  @ParameterizedTest
  @CsvSource({
    "3.8, SIFT",
    "3.9.1, SIFT",
    "3.12.6, SIFT",
    "3.13.0, FEATURE",
    "3.13-dev, FEATURE",
    "4.0.4, FEATURE_4",
    "4.1, FEATURE_4",
  })
  void followsVersion(String version, ColmapDialect dialect) {
    assertThat(ColmapDialect.of(new ColmapVersion(version, false, ""))).isEqualTo(dialect);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.9", "3.7", "3.14", "5.0"})
  void refusesUnknownVersion(String version) {
    assertThatThrownBy(() -> ColmapDialect.of(new ColmapVersion(version, false, "")))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOOL_INCOMPATIBLE))
        .hasMessageContaining(version)
        .hasMessageContaining("sfm.colmap");
  }
}
