package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanPictureTest {
  @TempDir Path folder;
  private Path from;
  private Path to;
  private byte[] jpeg;

  @BeforeEach
  void writePicture() throws IOException {
    to = folder.resolve("clean");
    from = TestPictures.write(folder.resolve("a.jpg"), 32, 24);
    jpeg = Files.readAllBytes(from);
  }

  /** What a camera and COLMAP know; a comment and an owner, which nobody needs. */
  private static byte[] tiff(int orientation) {
    TiffDirectory lens = new TiffDirectory();
    lens.thousandths(0x920a, 4.25);
    lens.undefined(0x927c, "maker's note".getBytes(StandardCharsets.US_ASCII));
    lens.thousandths(0xa20e, 5000.5);
    lens.ofShort(0xa210, 3);
    lens.ofShort(0xa405, 28);
    TiffDirectory gps = new TiffDirectory();
    gps.ascii(1, "S");
    gps.thousandths(2, 33, 51, 31.5);
    gps.ascii(3, "E");
    gps.thousandths(4, 151, 12, 51);
    gps.ofByte(5, 1);
    gps.thousandths(6, 12.5);
    TiffDirectory main = new TiffDirectory();
    main.ascii(0x010f, "Acme");
    main.ascii(0x0110, "Acme One");
    main.ofShort(0x0112, orientation);
    main.ascii(0x013b, "an owner");
    main.directory(0x8769, lens);
    main.directory(0x8825, gps);
    return main.file();
  }

  @Test
  void keepsPixelsAndWhatColmapReads() throws IOException {
    byte[] behind = "what phones append".getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream given = new ByteArrayOutputStream();
    given.writeBytes(JpegSegments.withExif(jpeg, tiff(6)));
    given.writeBytes(behind);
    Files.write(from, given.toByteArray());

    CleanPicture.write(from, to);

    assertThat(PictureReader.read(to).pixels()).isEqualTo(PictureReader.read(from).pixels());
    Exif exif = Exif.of(to);
    Exif before = Exif.of(from);
    assertThat(exif.orientation()).isEqualTo(6);
    assertThat(exif.focalLengthMm()).isEqualTo(4.25);
    assertThat(exif.camera()).isEqualTo("Acme One");
    assertThat(exif.position().latitude())
        .isEqualTo(before.position().latitude(), org.assertj.core.api.Assertions.within(1e-7));
    assertThat(exif.position().longitude())
        .isEqualTo(before.position().longitude(), org.assertj.core.api.Assertions.within(1e-7));
    assertThat(exif.position().altitude()).isEqualTo(-12.5);
    assertThat(Files.readString(to, StandardCharsets.ISO_8859_1))
        .doesNotContain("an owner", "maker's note", "phones");
    CleanPicture.writeAsStored(from, to);
    assertThat(Exif.of(to).orientation()).isEqualTo(1);
    assertThat(Exif.of(to).focalLengthMm()).isEqualTo(4.25);
  }

  @Test
  void aPlainJpegStaysAsItIs() throws IOException {
    CleanPicture.write(from, to);
    assertThat(to).hasBinaryContent(jpeg);
  }

  @Test
  void otherFormatsBecomePng() throws IOException {
    BufferedImage image = ImageIO.read(from.toFile());
    for (String format : new String[] {"bmp", "tiff", "gif", "wbmp"}) {
      BufferedImage stored =
          new BufferedImage(
              32,
              24,
              format.equals("wbmp") ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_INT_RGB);
      stored.getGraphics().drawImage(image, 0, 0, null);
      Path file = folder.resolve("a." + format);
      assertThat(ImageIO.write(stored, format, file.toFile())).as(format).isTrue();
      CleanPicture.write(file, to);
      assertThat(PictureFormat.of(to)).as(format).isEqualTo(PictureFormat.PNG);
      assertThat(PictureReader.read(to).pixels())
          .as(format)
          .isEqualTo(PictureReader.read(file).pixels());
    }
  }

  @Test
  void aPngKeepsItsAlphaAndNothingElse() throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(3, 3, 0x80ff0000);
    ImageIO.write(image, "png", from.toFile());
    CleanPicture.write(from, to);
    assertThat(PictureReader.read(to).pixels()).isEqualTo(PictureReader.read(from).pixels());
    assertThat(PictureReader.read(to).channels()).isEqualTo(4);
  }
}
