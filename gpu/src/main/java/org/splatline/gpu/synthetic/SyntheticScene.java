package org.splatline.gpu.synthetic;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * A procedural scene to photograph: either as a person with a camera would, or with known cameras.
 * Its name and seed determine everything.
 */
public final class SyntheticScene {
  static final float JPEG_QUALITY = 0.95f;

  private static final Film CAMERA = new Film(new Lens(-0.055, 0.008), 0.006);
  private static final double SENSOR_WIDTH = 6.4; // mm, a compact camera
  private static final double FILM_WIDTH = 36; // mm
  private static final LocalDateTime FIRST_SHOT = LocalDateTime.of(2026, 1, 1, 10, 0);
  private static final int SECONDS_BETWEEN_SHOTS = 7;

  private final Kind kind;
  private final World world;
  private final long seed;

  private SyntheticScene(Kind kind, long seed) {
    this.kind = kind;
    this.seed = seed;
    this.world = kind.world((int) seed * 1000);
  }

  /** The available scenes. */
  public enum Kind {
    /** Stone balls, columns and boxes in a room with painted walls. */
    STUDIO {
      @Override
      World world(int worldSeed) {
        return Worlds.studio(worldSeed);
      }

      @Override
      CameraPath path() {
        return new CameraPath(new Vec(0, 0, 0.7), 4.1, 1.3, 2.6, 0.92);
      }
    },
    /** A round temple in a garden below a painted sky. */
    TEMPLE {
      @Override
      World world(int worldSeed) {
        return Worlds.temple(worldSeed);
      }

      @Override
      CameraPath path() {
        return new CameraPath(new Vec(0, 0, 1.2), 5.2, 1.5, 3.2, 0.92);
      }
    };

    abstract World world(int worldSeed);

    abstract CameraPath path();
  }

  public static SyntheticScene of(Kind kind, long seed) {
    return new SyntheticScene(kind, seed);
  }

  /** The cameras of the pictures, in order. */
  public List<Camera> cameras(int views, int width, int height) {
    return kind.path().cameras(views, width, height, seed);
  }

  /** The picture of a pinhole camera without noise. */
  public FloatImage render(Camera camera) {
    return Film.PERFECT.expose(world, camera, 0);
  }

  /**
   * Writes {@code folder/IMG_0001.jpg} and so on, with a little lens distortion, noise and EXIF.
   *
   * @param folder created if missing
   */
  public void writePhotographs(Path folder, int views, int width, int height) throws IOException {
    Files.createDirectories(folder);
    List<Camera> cameras = cameras(views, width, height);
    for (int i = 0; i < views; i++) {
      FloatImage image = CAMERA.expose(world, cameras.get(i), seed * 10_000 + i);
      byte[] jpeg =
          exif(cameras.get(i).intrinsics(), i)
              .insertedInto(JpegWriter.encode(JpegWriter.quantized(image), JPEG_QUALITY));
      Files.write(folder.resolve("IMG_%04d.jpg".formatted(i + 1)), jpeg);
    }
  }

  private static ExifSegment exif(Intrinsics intrinsics, int shot) {
    double share = intrinsics.fx() / intrinsics.width();
    return new ExifSegment(
        "Splatline",
        "Ray Tracer",
        share * SENSOR_WIDTH,
        (int) Math.round(share * FILM_WIDTH),
        FIRST_SHOT.plusSeconds((long) shot * SECONDS_BETWEEN_SHOTS),
        intrinsics.width(),
        intrinsics.height(),
        1);
  }

  /**
   * Writes a scene folder that needs no reconstruction: {@code images/} as PNG without distortion
   * and noise, and a COLMAP text model in {@code sparse/0/} with the exact cameras and points on
   * the surfaces.
   *
   * @param folder created if missing
   */
  public void writeWithModel(Path folder, int views, int width, int height) throws IOException {
    writeWithModel(
        folder,
        cameras(views, width, height),
        "view_%03d.png",
        (camera, file) ->
            ImageIO.write(JpegWriter.quantized(render(camera)), "png", file.toFile()));
  }

  /**
   * The same with JPEG pictures that are rendered {@code factor} times smaller and enlarged: many
   * large pictures in little time, which show little detail.
   */
  public void writeEnlarged(Path folder, int views, int width, int height, int factor)
      throws IOException {
    writeWithModel(
        folder,
        cameras(views, width, height),
        "view_%03d.jpg",
        (camera, file) -> {
          BufferedImage small =
              JpegWriter.quantized(render(camera.resized(width / factor, height / factor)));
          Files.write(file, JpegWriter.encode(enlarged(small, width, height), JPEG_QUALITY));
        });
  }

  private static BufferedImage enlarged(BufferedImage small, int width, int height) {
    BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = large.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(small, 0, 0, width, height, null);
    graphics.dispose();
    return large;
  }

  private interface Photographer {
    void photograph(Camera camera, Path file) throws IOException;
  }

  private void writeWithModel(
      Path folder, List<Camera> cameras, String pattern, Photographer photographer)
      throws IOException {
    Path images = folder.resolve("images");
    Files.createDirectories(images);
    List<String> names = IntStream.range(0, cameras.size()).mapToObj(pattern::formatted).toList();
    try {
      IntStream.range(0, cameras.size())
          .parallel()
          .forEach(
              i -> {
                try {
                  photographer.photograph(cameras.get(i), images.resolve(names.get(i)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    SurfacePoints points = SurfacePoints.sample(world, cameras, seed);
    new KnownModel(names, cameras, points).write(folder.resolve("sparse/0"));
  }
}
