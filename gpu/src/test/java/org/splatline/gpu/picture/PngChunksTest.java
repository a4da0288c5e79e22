package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes are hexadecimal. */
class PngChunksTest {
  private static final String SIGNATURE = "89504e470d0a1a0a";
  private static final String GAMA = "00000004 67414d41 000186a0 31e8965f";
  private static final String ACTL = "00000001 6163544c 01 12345678";
  private static final String IDAT = "00000002 49444154 4945 12345678";
  private static final String IEND = "00000000 49454e44 ae426082";

  private static int first(String file, int... types) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(file.replace(" ", ""));
    return PngChunks.first(new ByteArrayInputStream(bytes), types);
  }

  @Test
  void findsTheFirstOfSeveralTypes() throws IOException {
    int[] types = {PngChunks.ACTL, PngChunks.IDAT};
    assertThat(first(SIGNATURE + GAMA + ACTL + IDAT + IEND, types)).isEqualTo(PngChunks.ACTL);
    assertThat(first(SIGNATURE + GAMA + IDAT + ACTL + IEND, types)).isEqualTo(PngChunks.IDAT);
    assertThat(first(SIGNATURE + GAMA + IEND, types)).isZero();
  }

  @Test
  void needsTheWholeChunk() throws IOException {
    String file = SIGNATURE + IDAT + IEND;
    assertThat(first(file, PngChunks.IEND)).isEqualTo(PngChunks.IEND);
    assertThat(first(file + "1234", PngChunks.IEND)).as("more bytes").isEqualTo(PngChunks.IEND);
    assertThat(first(file.substring(0, file.length() - 2), PngChunks.IEND)).isZero();
    assertThat(first(SIGNATURE, PngChunks.IEND)).isZero();
    assertThat(first("", PngChunks.IEND)).isZero();
  }

  @Test
  void livesWithLengthsBeyondTheFile() throws IOException {
    assertThat(first(SIGNATURE + "ffffffff 67414d41 00" + IEND, PngChunks.IEND)).isZero();
  }
}
