package org.splatline.gpu.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Makes an H.264 video of pictures, by ffmpeg. Its sides are even numbers of pixels. */
public final class VideoWriter implements AutoCloseable {
  private static final String PROGRAM = "ffmpeg";
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final long MEMORY = 4L << 30;
  private static final float JPEG_QUALITY = 0.97f;

  private final Path folder;
  private final int framesPerSecond;
  private int count;

  /** Throws {@link SceneException} TOOL_MISSING without ffmpeg. */
  public VideoWriter(int framesPerSecond) throws IOException {
    if (!MediaProcess.isInstalled(PROGRAM)) {
      throw new SceneException(
          Verdict.TOOL_MISSING,
          "Cannot write a video: this host has no ffmpeg. Install it (apt-get install ffmpeg).");
    }
    this.framesPerSecond = framesPerSecond;
    this.folder = Files.createTempDirectory("splatline-video-");
  }

  /** Adds the next frame. All have one size. */
  public void add(BufferedImage picture) throws IOException {
    Files.write(
        folder.resolve("%d.jpg".formatted(count++)), JpegWriter.encode(picture, JPEG_QUALITY));
  }

  /** Writes the frames so far as {@code target}, an .mp4. */
  public void write(Path target) throws IOException, InterruptedException {
    MediaProcess.Ended ended =
        MediaProcess.run(
            List.of(
                PROGRAM,
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "error",
                "-y",
                "-framerate",
                Integer.toString(framesPerSecond),
                "-i",
                "%d.jpg",
                "-vf",
                "crop=floor(iw/2)*2:floor(ih/2)*2,format=yuv420p",
                "-c:v",
                "libx264",
                "-crf",
                "20",
                "-movflags",
                "+faststart",
                "video.mp4"),
            folder,
            TIMEOUT,
            MEMORY,
            InputStream::readAllBytes);
    if (ended.exitCode() != 0) {
      throw new IOException(
          "Cannot write %s: ffmpeg ended with %d (%s)"
              .formatted(target, ended.exitCode(), ended.errors()));
    }
    Files.move(folder.resolve("video.mp4"), target, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
