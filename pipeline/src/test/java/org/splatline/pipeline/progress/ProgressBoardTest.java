package org.splatline.pipeline.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.pipeline.config.Stage;

class ProgressBoardTest {
  private final ProgressBoard board = new ProgressBoard();

  private static SceneBeat beat(String runId, String scene, String line) {
    return SceneBeat.of(runId, scene, Stage.INGEST, line);
  }

  @Test
  void showsTheLastBeatOfEachSceneOfARun() {
    board.open(SceneBeat.first("run", "street"));
    board.open(SceneBeat.first("run", "garden"));
    board.open(SceneBeat.first("other", "castle"));
    board.show(beat("run", "street", "scene street ingest"));

    assertThat(board.lines("run")).containsExactly("scene garden", "scene street ingest");
    assertThat(board.beat("run", "street").orElseThrow().stage()).isEqualTo(Stage.INGEST);
    assertThat(board.beat("run", "garden").orElseThrow().stage()).isNull();
  }

  @Test
  void dropsABeatThatComesLate() {
    board.open(SceneBeat.first("run", "garden"));
    board.clear("run", "garden");
    board.show(beat("run", "garden", "scene garden ingest"));

    assertThat(board.lines("run")).isEmpty();
    assertThat(board.beat("run", "garden")).isEmpty();
  }
}
