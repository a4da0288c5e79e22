package org.splatline.gpu.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Videos of a camera that moves over a wall, made by ffmpeg. */
public final class TestVideos {
  private static final int WALL = 1600; // px of its side

  private TestVideos() {}

  /** Skips the test where there is no ffmpeg. */
  public static void needFfmpeg() {
    assumeTrue(MediaProcess.isInstalled("ffmpeg"), "ffmpeg is missing: apt-get install ffmpeg");
  }

  /**
   * One frame.
   *
   * @param x left side of what it shows of the wall, px
   * @param blur px over which the camera moved while it was exposed; 0: sharp
   */
  public record Frame(double x, int blur) {}

  /** Writes an H.264 video of 30 frames per second; {@code options} come before its name. */
  public static Path write(Path file, int width, int height, List<Frame> frames, String... options)
      throws IOException, InterruptedException {
    Path raw = Files.createTempFile(file.getParent(), ".raw-", ".grey");
    byte[][] wall = wall();
    try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(raw))) {
      for (Frame frame : frames) {
        out.write(picture(wall, frame, width, height));
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of("ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray"));
    command.addAll(List.of("-s", width + "x" + height, "-r", "30", "-i", raw.toString()));
    command.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"));
    command.addAll(List.of("-pix_fmt", "yuv420p"));
    command.addAll(List.of(options));
    command.add(file.toString());
    run(command);
    Files.delete(raw);
    return file;
  }

  /** Runs a command that must end well. */
  public static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(command.toString()).isZero();
  }

  private static byte[] picture(byte[][] wall, Frame frame, int width, int height) {
    byte[] grey = new byte[width * height];
    int left = (int) Math.round(frame.x);
    int exposures = Math.max(1, frame.blur);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int sum = 0;
        for (int i = 0; i < exposures; i++) {
          sum += wall[y][left + x + i] & 0xff;
        }
        grey[y * width + x] = (byte) (sum / exposures);
      }
    }
    return grey;
  }

  /** Spots of all sizes. */
  private static byte[][] wall() {
    byte[][] wall = new byte[WALL / 2][WALL];
    Random random = new Random(1);
    for (int spot = 0; spot < 6000; spot++) {
      int size = 3 + random.nextInt(spot < 500 ? 100 : 20);
      int top = random.nextInt(WALL / 2);
      int left = random.nextInt(WALL);
      byte grey = (byte) random.nextInt(256);
      for (int y = top; y < Math.min(WALL / 2, top + size); y++) {
        for (int x = left; x < Math.min(WALL, left + size); x++) {
          wall[y][x] = grey;
        }
      }
    }
    return wall;
  }
}
