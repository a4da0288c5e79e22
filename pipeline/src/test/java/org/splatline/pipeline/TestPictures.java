package org.splatline.pipeline;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.splatline.gpu.picture.JpegSegments;

/** Picture files for tests. */
public final class TestPictures {
  private TestPictures() {}

  /** A JPEG of coloured rectangles, another for each {@code seed}; returns {@code file}. */
  public static Path jpeg(Path file, int width, int height, long seed) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      int left = random.nextInt(width);
      int top = random.nextInt(height);
      int color = random.nextInt(0x1000000);
      for (int y = top; y < Math.min(height, top + 12); y++) {
        for (int x = left; x < Math.min(width, left + 20); x++) {
          picture.setRGB(x, y, color);
        }
      }
    }
    ImageIO.write(picture, "jpg", file.toFile());
    return file;
  }

  /** The picture at {@code from}, made small and large again, as JPEG. */
  public static void blur(Path from, Path to) throws IOException {
    BufferedImage sharp = ImageIO.read(from.toFile());
    BufferedImage small = scaled(sharp, sharp.getWidth() / 16, sharp.getHeight() / 16);
    ImageIO.write(scaled(small, sharp.getWidth(), sharp.getHeight()), "jpg", to.toFile());
  }

  private static BufferedImage scaled(BufferedImage from, int width, int height) {
    BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(from, 0, 0, width, height, null);
    graphics.dispose();
    return to;
  }

  /** Cuts a file to {@code share} of its bytes. */
  public static void truncate(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
  }

  /** Bytes that are nothing; a large enough file for any header to be looked for. */
  public static Path garbage(Path file, long seed) throws IOException {
    byte[] bytes = new byte[20_000];
    new Random(seed).nextBytes(bytes);
    return Files.write(file, bytes);
  }

  /** The picture at {@code from}, each side divided by {@code factor}, as JPEG; EXIF is lost. */
  public static void reduce(Path from, Path to, int factor) throws IOException {
    BufferedImage full = ImageIO.read(from.toFile());
    int width = full.getWidth() / factor;
    int height = full.getHeight() / factor;
    ImageIO.write(scaled(full, width, height), "jpg", to.toFile());
  }

  /** Writes an EXIF block with orientation and focal length into a JPEG. */
  public static void addExif(Path file, int orientation, int focalLengthMm) throws IOException {
    addExif(file, exif(orientation, focalLengthMm));
  }

  /** Writes an EXIF block with a place into a JPEG: degrees in steps of 1/1000, whole metres. */
  public static void addGps(Path file, double latitude, double longitude, int altitude)
      throws IOException {
    addExif(file, gps(latitude, longitude, altitude));
  }

  /** Writes an EXIF block whose directory is followed by itself, without end. */
  public static void addLoopingExif(Path file) throws IOException {
    byte[] exif = exif(6, 35);
    ByteBuffer block = ByteBuffer.wrap(exif).order(ByteOrder.LITTLE_ENDIAN);
    block.putShort(8 + 2, (short) 0x8769).putInt(8 + 2 + 8, 8); // Exif's place: IFD0
    block.putInt(8 + 2 + 12 + 8, 8);
    block.putInt(8 + 2 + 24, 8); // the next directory: IFD0
    addExif(file, exif);
  }

  private static void addExif(Path file, byte[] tiff) throws IOException {
    Files.write(file, JpegSegments.withExif(Files.readAllBytes(file), tiff));
  }

  /** A TIFF of two directories: IFD0, which names the other, and GPS. */
  private static byte[] gps(double latitude, double longitude, int altitude) {
    ByteBuffer block = ByteBuffer.allocate(168).order(ByteOrder.LITTLE_ENDIAN);
    block.put("II".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    block.putShort((short) 1); // entries of IFD0, at 8
    block.putShort((short) 0x8825).putShort((short) 4).putInt(1).putInt(26);
    block.putInt(0);
    block.putShort((short) 6); // entries of GPS, at 26
    text(block, 1, latitude < 0 ? 'S' : 'N');
    block.putShort((short) 2).putShort((short) 5).putInt(3).putInt(104);
    text(block, 3, longitude < 0 ? 'W' : 'E');
    block.putShort((short) 4).putShort((short) 5).putInt(3).putInt(128);
    block.putShort((short) 5).putShort((short) 1).putInt(1).putInt(0); // above the sea
    block.putShort((short) 6).putShort((short) 5).putInt(1).putInt(152);
    block.putInt(0);
    block.position(104);
    degrees(block, latitude);
    degrees(block, longitude);
    block.putInt(altitude).putInt(1);
    return block.array();
  }

  private static void text(ByteBuffer block, int tag, char letter) {
    block.putShort((short) tag).putShort((short) 2).putInt(2).putInt(letter);
  }

  private static void degrees(ByteBuffer block, double degrees) {
    block.putInt((int) Math.round(Math.abs(degrees) * 1000)).putInt(1000);
    block.putInt(0).putInt(1).putInt(0).putInt(1); // minutes and seconds
  }

  /** A TIFF of two directories: IFD0 with orientation, Exif with the focal length. */
  private static byte[] exif(int orientation, int focalLengthMm) {
    ByteBuffer block = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    block.put("II".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    block.putShort((short) 2); // entries of IFD0, at 8
    block.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(orientation);
    block.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(38); // Exif's place
    block.putInt(0);
    block.putShort((short) 1); // entries of Exif, at 38
    block.putShort((short) 0x920a).putShort((short) 5).putInt(1).putInt(56); // a rational at 56
    block.putInt(0);
    block.putInt(focalLengthMm).putInt(1);
    return block.array();
  }
}
