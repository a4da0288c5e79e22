package org.splatline.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "327155712, 312 MiB",
    "5476083303, 5.1 GiB",
    "9223372036854775807, 8388608 TiB"
  })
  void formatsForPeople(long bytes, String text) {
    assertThat(Bytes.text(bytes)).isEqualTo(text);
  }
}
