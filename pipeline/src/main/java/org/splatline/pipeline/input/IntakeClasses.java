package org.splatline.pipeline.input;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.pipeline.input.IntakeTask.Sequel;
import org.splatline.pipeline.store.LocalFolder;

/**
 * The classes of a process of intake, as Java keeps them ready (class data sharing), which takes a
 * third off its start. This JVM has them made once, by a process that reads no stranger's files,
 * and keeps them in memory. Each process of intake gets its own copy, so nothing that one does
 * reaches the next.
 */
final class IntakeClasses {
  private static final Logger LOG = LoggerFactory.getLogger(IntakeClasses.class);
  private static final IntakeClasses OF_THIS_JVM = new IntakeClasses();

  /** Making them takes as long as a few processes gain. */
  private static final int WORTH_FROM = 3;

  private static final long MOST_BYTES = 64L << 20; // 10 MB are usual
  private static final long MOST_SECONDS = 60;

  private final AtomicInteger asked = new AtomicInteger();
  private volatile Optional<byte[]> made = Optional.empty();

  private IntakeClasses() {}

  /** The classes for the next process of this JVM; empty: there are none yet, or none can be. */
  static Optional<byte[]> next(String classPath, LimitsConfig limits, VideoConfig video) {
    if (OF_THIS_JVM.asked.incrementAndGet() == WORTH_FROM) { // others go on without meanwhile
      OF_THIS_JVM.made = make(classPath, limits, video);
    }
    return OF_THIS_JVM.made;
  }

  /** Has them made. Empty when this Java can't, or the class path is not of jars alone. */
  static Optional<byte[]> make(String classPath, LimitsConfig limits, VideoConfig video) {
    if (!Stream.of(classPath.split(File.pathSeparator, -1)).allMatch(IntakeClasses::isJar)) {
      return Optional.empty();
    }
    try (LocalFolder folder = LocalFolder.temporary("classes")) {
      Path file = folder.path().resolve(IntakeMain.CLASSES);
      new IntakeTask(
              "rehearsal",
              folder.path().resolve(IntakeRehearsal.SCENE).toString(),
              limits,
              new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
              video,
              null,
              Sequel.NOBODY)
          .write(folder.path().resolve(IntakeMain.TASK));
      List<String> words = new ArrayList<>(IntakeSandbox.java(limits, folder.path()));
      words.addAll(
          List.of(
              "-XX:ArchiveClassesAtExit=" + file,
              "-cp",
              classPath,
              IntakeRehearsal.class.getName(),
              folder.path().toString()));
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(folder.path().resolve("log").toFile())
              .start();
      try {
        if (process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)
            && process.exitValue() == 0
            && Files.isRegularFile(file)
            && Files.size(file) <= MOST_BYTES) {
          return Optional.of(Files.readAllBytes(file));
        }
      } finally {
        process.destroyForcibly();
      }
      LOG.info("Processes that read scenes start slower: Java did not archive their classes");
    } catch (IOException e) {
      LOG.info("Processes that read scenes start slower: their classes can't be archived", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private static boolean isJar(String path) {
    return Files.isRegularFile(Path.of(path));
  }
}
