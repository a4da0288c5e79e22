package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXIF is read and changed in the same segments. */
class ExifTest {
  @TempDir Path folder;
  private Path file;
  private byte[] jpeg;

  @BeforeEach
  void writePicture() throws IOException {
    file = TestPictures.write(folder.resolve("a.jpg"), 32, 24);
    jpeg = Files.readAllBytes(file);
  }

  /** A directory with nothing but an orientation. */
  private static byte[] tiff(int orientation, ByteOrder order) {
    ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
    String mark = order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM";
    tiff.put(mark.getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    tiff.putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return tiff.array();
  }

  private static byte[] inserted(byte[] segment, byte[] jpeg) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(segment);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  @Test
  void readsAndChangesEitherByteOrder() throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      Files.write(file, JpegSegments.withExif(jpeg, tiff(6, order)));
      assertThat(Exif.of(file).orientation()).isEqualTo(6);
      assertThat(Orientation.of(file)).isEqualTo(Orientation.RIGHT_TOP);
      OrientationTag.setUpright(file);
      assertThat(Exif.of(file).orientation()).isEqualTo(1);
      assertThat(Files.readAllBytes(file)).isEqualTo(JpegSegments.withExif(jpeg, tiff(1, order)));
    }
  }

  @Test
  void findsExifBehindFillBytesAndOtherSegments() throws IOException {
    byte[] withExif = JpegSegments.withExif(jpeg, tiff(8, ByteOrder.BIG_ENDIAN));
    byte[] xmp = "\u00ff\u00e1\0\6http\u00ff\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, inserted(xmp, withExif));
    assertThat(Orientation.of(file)).isEqualTo(Orientation.LEFT_BOTTOM);
    OrientationTag.setUpright(file);
    assertThat(Orientation.of(file)).isEqualTo(Orientation.SAME_SIDES);
    assertThat(PictureReader.read(file).width()).as("still a picture").isEqualTo(32);
  }

  @Test
  void takesTheLastOfSeveralSegmentsAndChangesAll() throws IOException {
    byte[] last = JpegSegments.withExif(jpeg, tiff(6, ByteOrder.BIG_ENDIAN));
    Files.write(file, JpegSegments.withExif(last, tiff(8, ByteOrder.LITTLE_ENDIAN)));
    assertThat(Exif.of(file).orientation()).isEqualTo(6);
    assertThat(Orientation.of(file)).isEqualTo(Orientation.RIGHT_TOP);
    OrientationTag.setUpright(file);
    byte[] upright = JpegSegments.withExif(jpeg, tiff(1, ByteOrder.BIG_ENDIAN));
    assertThat(Files.readAllBytes(file))
        .isEqualTo(JpegSegments.withExif(upright, tiff(1, ByteOrder.LITTLE_ENDIAN)));
  }

  @Test
  void ignoresExifOfAppendedPictures() throws IOException {
    byte[] second = JpegSegments.withExif(jpeg, tiff(6, ByteOrder.BIG_ENDIAN));
    byte[] both = Arrays.copyOf(jpeg, jpeg.length + second.length);
    System.arraycopy(second, 0, both, jpeg.length, second.length);
    Files.write(file, both);
    assertThat(Exif.of(file)).isEqualTo(Exif.ABSENT);
    OrientationTag.setUpright(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(both);
  }

  @Test
  void ignoresOrientationsThatDoNotExist() throws IOException {
    for (int orientation : new int[] {0, 9, 65_535}) {
      Files.write(file, JpegSegments.withExif(jpeg, tiff(orientation, ByteOrder.LITTLE_ENDIAN)));
      assertThat(Exif.of(file).orientation()).isEqualTo(1);
    }
  }
}
