package org.splatline.gpu.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.splatline.gpu.picture.OrientationTag;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Turns HEIC photographs into JPEG files by libheif's own program, a process with limits ({@link
 * MediaProcess}). The JPEG is upright and has the photograph's EXIF.
 */
public final class HeicTool {
  private static final List<String> PROGRAMS = List.of("heif-dec", "heif-convert"); // new, old name
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String QUALITY = "97";
  private static final Pattern VERSION = Pattern.compile("libheif version: ([\\w.+-]{1,40})");

  private final Optional<String> program;
  private final long memory;

  /**
   * @param memory address space of the program, bytes
   */
  public HeicTool(long memory) {
    this(PROGRAMS, memory);
  }

  HeicTool(List<String> programs, long memory) {
    this.program = programs.stream().filter(MediaProcess::isInstalled).findFirst();
    this.memory = memory;
  }

  /** The decoder on this host, as a key and {@code doctor} name it; empty: there is none. */
  public Optional<String> version() throws IOException, InterruptedException {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("splatline-heif-");
    try {
      StringBuilder head = new StringBuilder();
      MediaProcess.Ended ended =
          MediaProcess.run(
              List.of(program.get(), "--help"),
              folder,
              TIMEOUT,
              memory,
              output -> head.append(new String(output.readAllBytes(), UTF_8)));
      String text = head + " " + ended.errors();
      Matcher matcher = VERSION.matcher(text);
      return Optional.of("libheif " + (matcher.find() ? matcher.group(1) : "unknown"));
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  /**
   * Writes {@code heic} as the JPEG file {@code target}.
   *
   * @throws SceneException UNSUPPORTED_INPUT without a decoder, UNREADABLE_IMAGES when it cannot
   *     decode the file; the message does not name the file
   */
  public void decode(Path heic, Path target) throws IOException, InterruptedException {
    if (program.isEmpty()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "it is HEIC, and this host has no decoder. Install it (apt-get install libheif-examples), or send JPEG (iPhone: Settings, Camera, Formats, Most Compatible)");
    }
    Path folder = Files.createTempDirectory("splatline-heif-");
    try {
      MediaProcess.Ended ended =
          MediaProcess.run(
              List.of(
                  program.get(),
                  "-q",
                  QUALITY,
                  heic.toAbsolutePath().toString(),
                  folder.resolve("out.jpg").toString()),
              folder,
              TIMEOUT,
              memory,
              InputStream::readAllBytes);
      // A file with several pictures gives out-1.jpg and so on, the main one first.
      Path made =
          Stream.of("out.jpg", "out-1.jpg")
              .map(folder::resolve)
              .filter(Files::isRegularFile)
              .findFirst()
              .orElse(null);
      if (ended.exitCode() != 0 || made == null) {
        throw new SceneException(
            Verdict.UNREADABLE_IMAGES,
            "it cannot be decoded: libheif ended with %d (%s)"
                .formatted(
                    ended.exitCode(),
                    ended
                        .errors()
                        .replace(heic.toAbsolutePath().toString(), heic.getFileName().toString())));
      }
      OrientationTag.setUpright(made); // libheif turned it as the HEIC says, which is what counts
      Files.move(made, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      try (Stream<Path> left = Files.list(folder)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
