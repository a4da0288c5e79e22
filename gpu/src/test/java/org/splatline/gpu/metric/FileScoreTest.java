package org.splatline.gpu.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileScoreTest {
  private static FileScore scored(long bytes) {
    return new FileScore(bytes, 30.0, 0.9, 0.0, 1.0, null, null, null);
  }

  /** A .glb, which can't be scored, may be smaller and is no proof of a small model. */
  @Test
  void theSmallestIsOneThatWasScored() {
    assertThat(FileScore.smallest(List.of(scored(900), FileScore.ofBytes(10), scored(60))))
        .isEqualTo(60);
    assertThat(FileScore.smallest(List.of(FileScore.ofBytes(70), FileScore.ofBytes(50))))
        .as("export.score: false")
        .isEqualTo(50);
    assertThat(FileScore.smallest(List.of())).isZero();
  }
}
