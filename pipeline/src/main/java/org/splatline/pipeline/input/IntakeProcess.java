package org.splatline.pipeline.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.colmap.ColmapProcess;
import org.splatline.gpu.colmap.ProcessLimits;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.input.IntakeTask.Sequel;
import org.splatline.pipeline.store.LocalFolder;

/**
 * Has strangers' files read by a process of its own, behind the wall of docs/security.md. Whatever
 * becomes of it is a verdict on the scene, and what it leaves is checked before it is used. An
 * interrupt ends the process.
 */
public final class IntakeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(IntakeProcess.class);
  private static final long MOST_OUTCOME_BYTES = 64L << 20; // 20,000 photographs are 15 MB
  private static final int SIGNALS_FROM = 128; // exit codes of a process that a signal ended
  private static final int KILL = 9;

  private final String sceneId;
  private final LimitsConfig limits;
  private final VideoConfig video;

  /**
   * @param limits of the scene, and of the process
   * @param video how to decode a video, and the limits of the programs that do
   */
  public IntakeProcess(String sceneId, LimitsConfig limits, VideoConfig video) {
    this.sceneId = sceneId;
    this.limits = limits;
    this.video = video;
  }

  /**
   * Checks a scene's files as {@link Intake#check} does, and unpacks its archive for that.
   *
   * @param source the uploaded folder or archive
   * @param made as {@link Intake#check}
   * @throws SceneException as {@link Intake#check} and {@link SceneArchive#extract}; TOO_LARGE when
   *     it takes too much memory or time; HOSTILE_INPUT when the process crashes
   */
  public Manifest check(Path source, PhotographRules rules, Path made)
      throws IOException, InterruptedException {
    try (LocalFolder folder = LocalFolder.temporary("intake")) {
      Manifest manifest = run(source, rules, null, Sequel.NOBODY, folder.path());
      Manifest part = manifest.partMade();
      if (!part.used().isEmpty()) {
        move(folder.path().resolve(Manifest.MADE), part, Files.createDirectories(made));
      }
      return manifest;
    }
  }

  /**
   * Writes the usable photographs as COLMAP gets them to {@code to}, which is there.
   *
   * @throws SceneException as {@link #check}, and INPUT_CHANGED when a file isn't as it was then
   */
  public void keepForColmap(Path source, Manifest manifest, Path to)
      throws IOException, InterruptedException {
    keep(source, manifest, Sequel.COLMAP, to);
  }

  /** As {@link #keepForColmap}: the usable photographs and the model that the scene brings. */
  public void keepWithModel(Path source, Manifest manifest, Path to)
      throws IOException, InterruptedException {
    keep(source, manifest, Sequel.TRAINER, to);
  }

  private void keep(Path source, Manifest manifest, Sequel sequel, Path to)
      throws IOException, InterruptedException {
    try (LocalFolder folder = LocalFolder.temporary("intake")) {
      run(source, null, manifest, sequel, folder.path());
      move(folder.path().resolve(IntakeTask.KEPT), manifest, to);
    }
  }

  private Manifest run(
      Path source, PhotographRules rules, Manifest manifest, Sequel sequel, Path folder)
      throws IOException, InterruptedException {
    IntakeTask task =
        new IntakeTask(
            sceneId, source.toAbsolutePath().toString(), limits, rules, video, manifest, sequel);
    task.write(folder.resolve(IntakeMain.TASK));
    IntakeOutcome outcome;
    try {
      outcome = outcome(folder, result(folder));
    } catch (SceneException e) {
      log(e.verdict(), null);
      throw e;
    }
    log(outcome.verdict(), outcome.cost());
    return outcome.orThrow();
  }

  private void log(Verdict verdict, IntakeCost told) {
    IntakeCost cost = told == null ? IntakeCost.most(limits, video) : told;
    LOG.info("Read the files of scene {}: {}, {}", sceneId, verdict, cost);
  }

  private ProcessResult result(Path folder) throws IOException, InterruptedException {
    try {
      return ColmapProcess.run(
          IntakeSandbox.command(limits, video, folder),
          folder,
          folder.resolve("log"),
          ProcessLimits.of(limits.ingestTime()),
          line -> {});
    } catch (SceneException e) {
      if (e.verdict() == Verdict.TIMEOUT || e.verdict() == Verdict.STALLED) {
        throw refused(
            Verdict.TOO_LARGE,
            "reading its files took longer than %d s. Make it smaller, or raise limits.ingest-time"
                .formatted(limits.ingestTime().toSeconds()),
            e);
      }
      throw e;
    }
  }

  private IntakeOutcome outcome(Path folder, ProcessResult result) throws IOException {
    Path file = folder.resolve(IntakeMain.OUTCOME);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && result.exitCode() == 0) {
      if (Files.size(file) > MOST_OUTCOME_BYTES) {
        throw strange("wrote an outcome of %d bytes".formatted(Files.size(file)), null);
      }
      try {
        return checked(IntakeOutcome.fromJson(Files.readString(file)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw strange("wrote an outcome that cannot be read", e);
      }
    }
    int signal = result.exitCode() - SIGNALS_FROM;
    if (signal == KILL) {
      throw refused(
          Verdict.TOO_LARGE,
          "the program that reads its files was killed: this machine has too little memory for them. Make it smaller",
          null);
    }
    if (Files.exists(folder.resolve(IntakeMain.STARTED))) {
      throw strange(
          signal > 0
              ? "crashed (signal %d)".formatted(signal)
              : "ended without an outcome (exit %d)".formatted(result.exitCode()),
          null);
    }
    throw new IllegalStateException(
        "Cannot ingest scene %s: the program that reads its files did not start (exit %d): %s"
            .formatted(sceneId, result.exitCode(), result.tail()));
  }

  /** What a process says that may no longer be ours. */
  private IntakeOutcome checked(IntakeOutcome outcome) {
    if (outcome.verdict() == null || outcome.detail() == null) {
      throw strange("wrote an outcome without a verdict", null);
    }
    if (outcome.verdict() == Verdict.OK) {
      Manifest manifest = outcome.manifest();
      boolean isPlausible =
          manifest != null
              && manifest.sceneId().equals(sceneId)
              && manifest.photographs().size() <= limits.sceneImages()
              && manifest.photographs().stream()
                  .filter(file -> !file.isRejected())
                  .allMatch(file -> isBelow(file.name()));
      if (!isPlausible) {
        throw strange("wrote a manifest of files that cannot be", null);
      }
    }
    return outcome;
  }

  private static boolean isBelow(String name) {
    return !name.isEmpty()
        && !name.startsWith("/")
        && !PlainText.isOdd(name)
        && !List.of(name.split("/")).contains("..");
  }

  /** Moves the files that the manifest keeps. They must be plain, below no link, and all there. */
  private void move(Path from, Manifest manifest, Path to) throws IOException {
    Path real = from.toRealPath(LinkOption.NOFOLLOW_LINKS);
    for (Photograph file : manifest.photographs()) {
      if (!file.isRejected()) {
        Path made = from.resolve(file.name());
        if (!Files.isRegularFile(made, LinkOption.NOFOLLOW_LINKS)
            || !made.toRealPath().equals(real.resolve(file.name()))) {
          throw strange("left no plain file %s".formatted(file.name()), null);
        }
        Path target = to.resolve(file.name());
        Files.createDirectories(target.getParent());
        Files.move(made, target);
      }
    }
  }

  private SceneException strange(String what, Throwable cause) {
    return refused(
        Verdict.HOSTILE_INPUT,
        "the program that reads its files %s. Save the photographs again, as plain JPEG or PNG"
            .formatted(what),
        cause);
  }

  private SceneException refused(Verdict verdict, String why, Throwable cause) {
    return new SceneException(
        verdict, "Cannot ingest scene %s: %s.".formatted(sceneId, why), cause);
  }
}
