package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressParserTest {
  private final List<String> heard = new ArrayList<>();
  private final ProgressParser parser =
      new ProgressParser(
          "mapper", 11, (stage, done, total) -> heard.add(stage + " " + done + "/" + total));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Processed file [3/11]; 3/11",
        "I20260101 10:00:00.000001 42 feature_extraction.cc:258] Processed file [3/11]; 3/11",
        "Matching block [2/3, 1/3] in 3.104s; 4/9",
        "Matching image [7/50] in 0.5s; 7/50",
        "Processing block [1/1, 1/1]; 1/1",
        "Registering image #5 (4); 4/11",
        "Registering image #5 (num_reg_frames=4); 4/11",
        "Undistorting image [11/11]; 11/11",
      })
  void passesProgressOn(String line, String progress) {
    parser.accept(line);
    assertThat(heard).containsExactly("mapper " + progress);
  }

  @Test
  void skipsOtherLines() {
    parser.accept("  => Image sees 412 / 900 points");
    parser.accept("Elapsed time: 0.1 [minutes]");
    assertThat(heard).isEmpty();
    assertThat(parser.unreadable()).isZero();
    assertThat(parser.withoutMatches()).isFalse();
    assertThat(parser.misunderstood()).isFalse();
  }

  @Test
  void keepsWhatTheExitCodeDoesNotSay() {
    parser.accept("  ERROR: Failed to read image file format.");
    parser.accept("  ERROR: Failed to read image file format.");
    parser.accept("WARNING: No images with matches found in the database.");
    parser.accept("unrecognised option '--SiftExtraction.use_gpu'");
    assertThat(parser.unreadable()).isEqualTo(2);
    assertThat(parser.withoutMatches()).isTrue();
    assertThat(parser.misunderstood()).isTrue();
  }
}
