package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class ColmapBinaryTest {
  private final ColmapBinary colmap = new ColmapBinary("colmap");

  @ParameterizedTest
  @CsvSource({
    "COLMAP 3.8 -- Structure-from-Motion,(Commit Unknown on Unknown without CUDA),3.8,3,8,false",
    "COLMAP 3.13.0.dev0 -- Structure-from-Motion,(Commit 1a2b on 2025 with CUDA),3.13.0.dev0,3,13,true",
    "COLMAP 3.9-rc1,(Commit unknown),3.9-rc1,3,9,false",
    "I20250101 COLMAP 4.1 (Commit 12 on 2026 with CUDA),,4.1,4,1,true"
  })
  void readsVersionAndCuda(
      String first, String second, String version, int major, int minor, boolean cuda) {
    ColmapVersion read = colmap.parse(List.of("   " + first, "   " + second));
    assertThat(read.version()).isEqualTo(version);
    assertThat(read.major()).isEqualTo(major);
    assertThat(read.minor()).isEqualTo(minor);
    assertThat(read.cuda()).isEqualTo(cuda);
  }

  @Test
  void refusesAProgramThatIsNotColmap() {
    assertThatThrownBy(() -> new ColmapBinary("echo").probe())
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOOL_INCOMPATIBLE))
        .hasMessageContaining("echo")
        .hasMessageContaining("'help'");
  }

  @Test
  void putsTheProgramBeforeItsArguments() {
    assertThat(colmap.command("mapper", "--x", "1"))
        .containsExactly("colmap", "mapper", "--x", "1");
  }
}
