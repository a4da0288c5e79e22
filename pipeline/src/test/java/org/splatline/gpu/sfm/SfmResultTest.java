package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SfmResultTest {
  @TempDir Path folder;

  private static SfmResult result(Path sceneFolder) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("feature_extractor", 12.5);
    seconds.put("exhaustive_matcher", 3.0);
    return new SfmResult(
        "few",
        "exhaustive",
        "why",
        2,
        10,
        11,
        5000,
        20_000L,
        0.75,
        4.0,
        seconds,
        "3.8",
        sceneFolder);
  }

  @Test
  void canBeReadAtAnotherPlace() throws IOException {
    Path file = folder.resolve("sfm.json");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere")).toAbsolutePath();
    result(folder).writeTo(file);
    SfmResult read = SfmResult.read(file, elsewhere);
    assertThat(read).isEqualTo(result(elsewhere));
    assertThat(read.secondsByCommand().keySet())
        .containsExactly("feature_extractor", "exhaustive_matcher");
    assertThat(Files.readString(file)).doesNotContain(folder.toString());
  }
}
