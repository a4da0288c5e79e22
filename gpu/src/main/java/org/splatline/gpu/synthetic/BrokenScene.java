package org.splatline.gpu.synthetic;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.synthetic.Textures.Palette;

/**
 * A scene that cannot be reconstructed: pictures that cannot be read, and pictures that show
 * nothing in common.
 */
public final class BrokenScene {
  private static final int UNRELATED = 6;
  private static final double WIDTH_METRES = 4;

  private BrokenScene() {}

  /**
   * Writes two text files named {@code .jpg}, a picture truncated to its first third, an empty file
   * and six readable pictures, each of another surface.
   *
   * @param folder created if missing
   */
  public static void write(Path folder, int width, int height, long seed) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < UNRELATED; i++) {
      FloatImage image = surface(texture(i, (int) seed * 1000 + i), width, height);
      Files.write(
          folder.resolve("IMG_%04d.jpg".formatted(i + 1)),
          JpegWriter.encode(JpegWriter.quantized(image), SyntheticScene.JPEG_QUALITY));
    }
    byte[] whole = Files.readAllBytes(folder.resolve("IMG_0001.jpg"));
    Files.write(folder.resolve("cut-off.jpg"), Arrays.copyOf(whole, whole.length / 3));
    Files.write(folder.resolve("empty.jpg"), new byte[0]);
    for (String name : new String[] {"notes.jpg", "readme.jpg"}) {
      Files.writeString(
          folder.resolve(name), "This is a text, not a picture.\n", StandardCharsets.UTF_8);
    }
  }

  private static Texture texture(int index, int seed) {
    Vec diagonal = new Vec(0.6, 0.8, 0);
    return switch (index) {
      case 0 -> Textures.clouds(Palette.of(0x203050, 0x80a0c0, 0xf0f0e0), 0.6, seed);
      case 1 -> Textures.marble(Palette.of(0x303030, 0xa09080, 0xf0e8e0), 0.5, seed);
      case 2 ->
          Textures.tiles(
              Palette.of(0xa04030, 0xd09060, 0x705040), new Vec(0.5, 0.3, 9), 0.02, seed);
      case 3 -> Textures.pebbles(Palette.of(0x506070, 0x90a090, 0xd0c0a0), Vec.ZERO, 0.4, seed);
      case 4 -> Textures.stripes(Palette.of(0x204060, 0xe0c040, 0x902040), diagonal, 0.3, seed);
      case 5 -> Textures.clouds(Palette.of(0x103010, 0x60a040, 0xe0e080), 0.3, seed);
      default -> throw new IllegalArgumentException("Invalid surface: " + index);
    };
  }

  private static FloatImage surface(Texture texture, int width, int height) {
    FloatImage image = new FloatImage(width, height);
    double metresPerPixel = WIDTH_METRES / width;
    IntStream.range(0, width * height)
        .parallel()
        .forEach(
            i -> {
              int row = i / width;
              int column = i % width;
              double x = (column + 0.5) * metresPerPixel;
              double y = (row + 0.5) * metresPerPixel;
              Vec color = texture.color(new Vec(x, y, 0));
              image.rgb()[3 * i] = (float) Film.srgb(Math.min(1, color.x()));
              image.rgb()[3 * i + 1] = (float) Film.srgb(Math.min(1, color.y()));
              image.rgb()[3 * i + 2] = (float) Film.srgb(Math.min(1, color.z()));
            });
    return image;
  }
}
