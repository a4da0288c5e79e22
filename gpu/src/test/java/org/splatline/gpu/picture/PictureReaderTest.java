package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.TOO_LARGE;
import static org.splatline.gpu.verdict.Verdict.UNREADABLE_IMAGES;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.SampleScenes;

class PictureReaderTest {
  @TempDir Path folder;

  private Picture roundTrip(BufferedImage image) throws IOException {
    return PictureReader.read(TestPictures.write(folder.resolve("p.png"), image));
  }

  private static int[] unsigned(Picture picture) {
    int[] values = new int[picture.pixels().length];
    Arrays.setAll(values, i -> picture.pixels()[i] & 0xff);
    return values;
  }

  private static BufferedImage components(int colorSpace, int bands, int type, int... values) {
    boolean alpha = bands % 2 == 0;
    ColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(colorSpace),
            alpha,
            false,
            alpha ? ColorModel.TRANSLUCENT : ColorModel.OPAQUE,
            type);
    WritableRaster raster =
        Raster.createInterleavedRaster(type, values.length / bands, 1, bands, null);
    raster.setPixels(0, 0, values.length / bands, 1, values);
    return new BufferedImage(colors, raster, false, null);
  }

  private static final int RGB = ColorSpace.CS_sRGB;
  private static final int GRAY = ColorSpace.CS_GRAY;

  @Test
  void readsRgbAndRgba() throws IOException {
    Picture rgb = roundTrip(components(RGB, 3, DataBuffer.TYPE_BYTE, 1, 2, 3, 255, 128, 0));
    assertThat(rgb.channels()).isEqualTo(3);
    assertThat(unsigned(rgb)).containsExactly(1, 2, 3, 255, 128, 0);
    Picture rgba = roundTrip(components(RGB, 4, DataBuffer.TYPE_BYTE, 200, 2, 3, 7, 5, 6, 7, 0));
    assertThat(rgba.channels()).isEqualTo(4);
    assertThat(unsigned(rgba)).as("not premultiplied").containsExactly(200, 2, 3, 7, 5, 6, 7, 0);
  }

  @Test
  void expandsGrayAsStored() throws IOException {
    assertThat(unsigned(roundTrip(components(GRAY, 1, DataBuffer.TYPE_BYTE, 0, 60, 255))))
        .containsExactly(0, 0, 0, 60, 60, 60, 255, 255, 255);
    assertThat(unsigned(roundTrip(components(GRAY, 2, DataBuffer.TYPE_BYTE, 60, 9, 70, 255))))
        .containsExactly(60, 60, 60, 9, 70, 70, 70, 255);
  }

  @Test
  void roundsSixteenBits() throws IOException {
    assertThat(unsigned(roundTrip(components(GRAY, 1, DataBuffer.TYPE_USHORT, 0, 128, 129, 65535))))
        .containsExactly(0, 0, 0, 0, 0, 0, 1, 1, 1, 255, 255, 255); // 128 / 257 = 0.498
    assertThat(unsigned(roundTrip(components(RGB, 4, DataBuffer.TYPE_USHORT, 257, 514, 0, 65535))))
        .containsExactly(1, 2, 0, 255);
  }

  @Test
  void expandsPalettes() throws IOException {
    byte[] r = {10, (byte) 200};
    byte[] g = {20, (byte) 210};
    byte[] b = {30, (byte) 220};
    BufferedImage image =
        new BufferedImage(
            2, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, r, g, b));
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 0});
    assertThat(unsigned(roundTrip(image))).containsExactly(200, 210, 220, 10, 20, 30);
    image =
        new BufferedImage(
            2, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, r, g, b, 1));
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 0});
    assertThat(unsigned(roundTrip(image))).containsExactly(200, 210, 220, 0, 10, 20, 30, 255);
  }

  @Test
  void readsPhotographsAndTheirHeaders() {
    Path file = SampleScenes.folder("ngp_fox").resolve("images/0001.jpg");
    assertThat(PictureReader.size(file)).isEqualTo(new PictureSize(1080, 1920));
    Picture picture = PictureReader.read(file);
    assertThat(picture.pixels()).hasSize(1080 * 1920 * 3);
  }

  /** Progressive files have many scans, each of which ends with a marker. */
  @Test
  void takesProgressiveJpegsAndRefusesThemCutOff() throws IOException {
    Path file = folder.resolve("p.jpg");
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpg");
    ImageWriter writer = writers.next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    Path source = TestPictures.write(folder.resolve("s.png"), 200, 100);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(ImageIO.read(source.toFile()), null, null), parameters);
    } finally {
      writer.dispose();
    }
    assertThat(PictureReader.read(file).width()).isEqualTo(200);
    assertCutOffIsRefused(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.jpg", "p.png"})
  void refusesCutOffFiles(String name) throws IOException {
    assertCutOffIsRefused(TestPictures.write(folder.resolve(name), 200, 100));
  }

  private static void assertCutOffIsRefused(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {1, 2, 3, 20, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(
          UNREADABLE_IMAGES, () -> PictureReader.read(file), file.getFileName().toString());
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 100));
    assertThat(PictureReader.read(file).width()).as("bytes after the end").isEqualTo(200);
  }

  @Test
  void findsTheEndBehindAThumbnailsEnd() throws IOException {
    byte[] whole = Files.readAllBytes(TestPictures.write(folder.resolve("p.jpg"), 64, 64));
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 4, (byte) 0xFF, (byte) 0xD9}; // holds an end
    byte[] bytes = new byte[whole.length + comment.length];
    System.arraycopy(whole, 0, bytes, 0, 2);
    System.arraycopy(comment, 0, bytes, 2, comment.length);
    System.arraycopy(whole, 2, bytes, 2 + comment.length, whole.length - 2);
    assertThat(PictureIntegrity.isWhole(bytes)).isTrue();
    assertThat(PictureIntegrity.isWhole(Arrays.copyOf(bytes, bytes.length / 2))).isFalse();
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path file = folder.resolve("text.jpg");
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.read(file), "text.jpg");
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.size(file), "text.jpg");
    Files.createFile(file);
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.read(file), "the file is empty");
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.size(file), "text.jpg");
    Files.writeString(file, "this is text");
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.read(file), "not a JPEG");
    assertRefused(UNREADABLE_IMAGES, () -> PictureReader.size(file), "not a JPEG");
  }

  @Test
  void checksThePixelLimitBeforeDecoding() throws IOException {
    Path file = TestPictures.write(folder.resolve("p.png"), 20, 10);
    assertThat(PictureReader.read(file, 200).width()).isEqualTo(20);
    assertRefused(TOO_LARGE, () -> PictureReader.read(file, 199), "20 x 10", "199");
    byte[] huge = Files.readAllBytes(file); // the header alone claims 2³¹ - 1 pixels a side
    Arrays.fill(huge, 16, 24, (byte) 0xFF);
    huge[16] = 0x7F;
    huge[20] = 0x7F;
    Files.write(file, huge);
    assertRefused(TOO_LARGE, () -> PictureReader.read(file), "2147483647 x 2147483647");
  }
}
