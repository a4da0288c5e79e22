package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.TestJvm;
import org.splatline.gpu.backend.TestGaussians;

class PictureFileTest {
  @TempDir Path folder;

  /** One with alpha, one with a mask, one of more than a part. */
  private static List<Picture> pictures() {
    Picture plain = TestGaussians.picture(31, 17, 3, 1);
    byte[] mask = new byte[31 * 17];
    mask[5] = (byte) 255;
    return List.of(
        plain,
        TestGaussians.picture(16, 9, 4, 2),
        new Picture(31, 17, 3, plain.pixels(), mask),
        TestGaussians.picture(1700, 900, 3, 3));
  }

  @Test
  void picturesComeBackAsTheyWere() throws IOException {
    try (PictureFile file = new PictureFile(folder.resolve("new"))) {
      List<Picture> pictures = pictures();
      List<KeptPicture> kept = pictures.stream().parallel().map(file::keep).toList();
      for (int i = 0; i < pictures.size(); i++) {
        Picture picture = pictures.get(i);
        Picture loaded = kept.get(i).load();
        assertThat(loaded.pixels()).isEqualTo(picture.pixels());
        assertThat(loaded.mask()).isEqualTo(picture.mask());
        assertThat(loaded.channels()).isEqualTo(picture.channels());
        assertThat(loaded.width()).isEqualTo(picture.width());
        assertThat(kept.get(i).checksum()).isEqualTo(picture.checksum());
        assertThat(kept.get(i).planes()).isEqualTo(picture.planes());
        assertThat(bytes(kept.get(i))).isEqualTo(bytes(picture));
      }
      assertThat(file.bytes()).isEqualTo(pictures.stream().mapToInt(Picture::bytes).sum());
      assertThat(folder.resolve("new")).as("the file has no name").isEmptyDirectory();
    }
  }

  private static byte[] bytes(KeptPicture picture) {
    ByteBuffer into = ByteBuffer.allocateDirect(picture.bytes() + 9);
    into.position(4);
    picture.read(into);
    assertThat(into.position()).isEqualTo(picture.bytes() + 4);
    byte[] bytes = new byte[picture.bytes()];
    into.get(4, bytes);
    return bytes;
  }

  @Test
  void anInterruptedThreadReadsAllTheSame() {
    try (PictureFile file = new PictureFile(folder)) {
      Picture picture = pictures().get(0);
      KeptPicture kept = file.keep(picture);
      Thread.currentThread().interrupt();
      assertThat(kept.load().pixels()).isEqualTo(picture.pixels());
      assertThat(Thread.interrupted()).isTrue();
      assertThat(kept.load().pixels()).isEqualTo(picture.pixels());
    }
  }

  @Test
  void aClosedFileSaysSo() {
    KeptPicture kept;
    try (PictureFile file = new PictureFile(folder)) {
      kept = file.keep(pictures().get(0));
    }
    assertThatThrownBy(kept::load).isInstanceOf(RuntimeException.class);
  }

  /** In a JVM of 48 MB: 20 pictures of 12 MB each. */
  @Test
  void morePicturesThanHeap() throws IOException, InterruptedException {
    TestJvm.run(folder, "48m", Many.class, folder.toString());
    assertThat(folder.resolve("log")).isEmptyFile();
  }

  /** Keeps pictures and reads them again. */
  static final class Many {
    private static final int SIDE = 2000;

    private Many() {}

    public static void main(String[] arguments) {
      try (PictureFile file = new PictureFile(Path.of(arguments[0]))) {
        List<KeptPicture> kept = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> kept.add(file.keep(picture(i))));
        for (int i = 0; i < kept.size(); i++) {
          if (kept.get(i).load().checksum() != picture(i).checksum()) {
            throw new IllegalStateException("picture " + i);
          }
        }
      }
    }

    private static Picture picture(int i) {
      byte[] pixels = new byte[3 * SIDE * SIDE];
      pixels[7 * i] = (byte) i;
      return new Picture(SIDE, SIDE, 3, pixels);
    }
  }
}
