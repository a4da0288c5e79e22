package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class ColmapDialectTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"3.8", "3.12.6", "3.13.0", "4.0.4", "4.1"})
  void readsCommandsAndOptions(String version) throws IOException, InterruptedException {
    ColmapBinary colmap =
        new ColmapBinary(FakeColmap.write(folder.resolve("colmap"), version, "exit 1").toString());
    ColmapDialect asked = ColmapDialect.ask(colmap, colmap.probe());
    ColmapDialect known = FakeColmap.dialect(version);
    assertThat(asked.version()).isEqualTo(version);
    assertThat(asked.options()).isEqualTo(known.options());
    assertThat(asked.commands()).containsAll(known.commands());
    assertThat(asked.has("global_mapper")).isEqualTo(version.startsWith("4"));
  }

  @Test
  void refusesProgramThatKnowsNoneOfTheNames() {
    ColmapDialect none =
        new ColmapDialect("5.0", Set.of("mapper"), Map.of("feature_extractor", Set.of("threads")));
    assertThatThrownBy(() -> none.extractionResources(2))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOOL_INCOMPATIBLE))
        .hasMessageContaining("COLMAP 5.0")
        .hasMessageContaining("--FeatureExtraction.use_gpu, --SiftExtraction.use_gpu");
  }

  /** The installed program of any release. */
  @Test
  void understandsTheInstalledProgram() throws IOException, InterruptedException {
    ColmapBinary colmap = new ColmapBinary("colmap");
    ColmapVersion version;
    try {
      version = colmap.probe();
    } catch (SceneException e) {
      assumeTrue(false, "COLMAP is not installed: " + e.getMessage());
      return;
    }
    ColmapDialect dialect = ColmapDialect.ask(colmap, version);
    assertThat(dialect.commands()).contains("feature_extractor", "mapper", "image_undistorter");
    assertThat(dialect.extractionResources(2)).contains("0", "2");
    assertThat(dialect.matchingResources("exhaustive_matcher", 2)).contains("0", "2");
    assertThat(dialect.maxImageSize(4000)).contains("4000");
    assertThat(dialect.seed("mapper", 7)).contains("7");
  }
}
