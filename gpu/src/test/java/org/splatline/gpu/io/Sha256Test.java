package org.splatline.gpu.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Known sums: FIPS 180-2, appendix B. */
class Sha256Test {
  private static final String NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;

  @Test
  void sumsUpTextsAndPieces() {
    assertThat(Sha256.of("")).isEqualTo(NOTHING);
    assertThat(Sha256.of("abc")).isEqualTo(ABC);
    assertThat(new Sha256().add("a").add(new byte[] {'b', 'c'}).hex()).isEqualTo(ABC);
    assertThat(Sha256.of("é"))
        .isEqualTo(new Sha256().add("é".getBytes(StandardCharsets.UTF_8)).hex());
  }

  @Test
  void startsFromNothingAfterASum() {
    Sha256 sum = new Sha256().add("abc");
    assertThat(sum.bytes()).hasSize(Sha256.BYTES).isEqualTo(HexFormat.of().parseHex(ABC));
    assertThat(sum.hex()).isEqualTo(NOTHING);
  }

  @Test
  void sumsUpFilesAndWhatItCopies() throws IOException {
    Path file = Files.writeString(folder.resolve("abc"), "abc");
    assertThat(Sha256.of(file)).isEqualTo(ABC);
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    assertThat(Sha256.copy(file, copy)).isEqualTo(ABC);
    assertThat(copy.toString(StandardCharsets.UTF_8)).isEqualTo("abc");
    assertThatThrownBy(() -> Sha256.of(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void sumsUpWhatIsWritten() throws IOException {
    Sha256 sum = new Sha256();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    OutputStream out = sum.copyingTo(written);
    out.write('a');
    out.write(new byte[] {0, 'b', 'c', 0}, 1, 2);
    assertThat(sum.hex()).isEqualTo(ABC);
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("abc");
  }
}
