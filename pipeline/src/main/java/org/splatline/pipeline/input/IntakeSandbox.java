package org.splatline.pipeline.input;

import com.adobe.internal.xmp.XMPMeta;
import com.drew.imaging.ImageMetadataReader;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.io.IOUtils;
import org.apache.commons.lang3.StringUtils;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.Verdict;

/**
 * The walls around a process of intake: limits of memory and file size by the shell, no network and
 * no sight of other processes by {@code unshare} where that works without rights, no environment.
 */
public final class IntakeSandbox {
  private static final List<String> NAMESPACES =
      List.of(
          "unshare",
          "--user",
          "--map-root-user",
          "--net",
          "--pid",
          "--fork",
          "--kill-child",
          "--mount-proc",
          "--",
          "/bin/sh", // the first process of its kind, which signals don't end
          "-c",
          "\"$@\"; exit $?",
          "splatline-first");

  /** What a JVM takes beside its heap: classes, code, stacks, libraries. */
  private static final long BESIDE_HEAP = 1L << 30;

  private static final int ULIMIT_FILE_UNIT = 512;
  private static final int ULIMIT_MEMORY_UNIT = 1024;
  private static final String LIMITS =
      "ulimit -c 0; ulimit -f \"$1\"; ulimit -v \"$2\" 2>/dev/null; shift 2; exec \"$@\"";

  private static final List<Class<?>> NEEDED =
      List.of(
          IntakeMain.class,
          Verdict.class,
          ArchiveEntry.class,
          IOUtils.class,
          StringUtils.class,
          ObjectMapper.class,
          JsonFactory.class,
          JsonIgnoreProperties.class,
          ImageMetadataReader.class,
          XMPMeta.class,
          LoggerFactory.class);

  private static final boolean HAS_NAMESPACES = works(NAMESPACES, List.of("true"));

  private IntakeSandbox() {}

  /** Whether a process of intake on this machine has no network and sees no other process. */
  public static boolean isApart() {
    return HAS_NAMESPACES;
  }

  /** Whether the shell of this machine limits memory and size of files. */
  public static boolean isLimited() {
    String limit = Integer.toString(1 << 20);
    return works(
        List.of("/bin/sh", "-c", LIMITS, "splatline-intake", limit, limit),
        List.of("/bin/sh", "-c", "test \"$(ulimit -f)$(ulimit -v)\" = \"$0$0\"", limit));
  }

  /**
   * The command that starts a process.
   *
   * @param folder its own
   */
  static List<String> command(LimitsConfig limits, VideoConfig video, Path folder)
      throws IOException {
    String classPath = classPath();
    return command(limits, video, folder, classPath, IntakeClasses.next(classPath, limits, video));
  }

  /**
   * @param classes as {@link IntakeClasses} makes them; empty: Java loads them from the class path
   */
  static List<String> command(
      LimitsConfig limits,
      VideoConfig video,
      Path folder,
      String classPath,
      Optional<byte[]> classes)
      throws IOException {
    List<String> words = new ArrayList<>(walls(limits, video, folder));
    words.addAll(java(limits, folder));
    if (classes.isPresent()) {
      Path file = Files.write(folder.resolve(IntakeMain.CLASSES), classes.get());
      words.addAll(List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto"));
    }
    words.addAll(List.of("-cp", classPath, IntakeMain.class.getName(), folder.toString()));
    return words;
  }

  /** Java with its options. */
  static List<String> java(LimitsConfig limits, Path folder) throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + limits.ingestMemory(),
        "-XX:+UseSerialGC",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:CompressedClassSpaceSize=64m",
        "-XX:MaxMetaspaceSize=128m",
        "-XX:-UsePerfData",
        "-XX:+DisableAttachMechanism",
        "-XX:TieredStopAtLevel=1",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=" + temporary,
        "-Dsplatline.work=" + temporary);
  }

  /** What stands in front of the program. */
  static List<String> walls(LimitsConfig limits, VideoConfig video, Path folder) {
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", LIMITS, "splatline-intake"));
    words.add(Long.toString(limits.archiveBytes() / ULIMIT_FILE_UNIT + 1));
    words.add(Long.toString(addressSpace(limits, video) / ULIMIT_MEMORY_UNIT));
    if (HAS_NAMESPACES) {
      words.addAll(NAMESPACES);
    }
    words.addAll(
        List.of(
            "env",
            "-i",
            "PATH=" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
            "LC_ALL=C.UTF-8",
            "HOME=" + folder,
            "TMPDIR=" + folder.resolve("tmp"),
            "MALLOC_ARENA_MAX=2"));
    return words;
  }

  /** Bytes of address space that a process may have. */
  static long addressSpace(LimitsConfig limits, VideoConfig video) {
    return Math.max(2 * limits.ingestMemory() + BESIDE_HEAP, video.memory());
  }

  /** The jars and folders that this JVM has loaded the needed classes from: no Spark. */
  static String classPath() {
    return NEEDED.stream()
        .map(IntakeSandbox::source)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String source(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot find the jar of " + type, e);
    }
  }

  private static boolean works(List<String> prefix, List<String> program) {
    try {
      Process process =
          new ProcessBuilder(Stream.concat(prefix.stream(), program.stream()).toList())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
