package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void wordsStandLeftAndNumbersRight() {
    TextTable table = new TextTable(List.of("scene", "PSNR"));
    table.add(List.of("a", "9.5"));
    table.add(List.of("garden", "27.50"));
    table.add(List.of("broken", ""));
    assertThat(table).hasToString("scene    PSNR\na         9.5\ngarden  27.50\nbroken\n");
  }
}
