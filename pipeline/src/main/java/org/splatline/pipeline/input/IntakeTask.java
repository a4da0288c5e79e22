package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * What a process of intake ({@link IntakeMain}) does with one scene's files.
 *
 * @param source the uploaded folder or archive
 * @param rules for the check; null: it was done before
 * @param video how to decode a video, and the limits of the programs that do
 * @param manifest the files to keep; null: check all
 * @param sequel what the kept files are for
 */
record IntakeTask(
    String sceneId,
    String source,
    LimitsConfig limits,
    PhotographRules rules,
    VideoConfig video,
    Manifest manifest,
    Sequel sequel)
    implements Serializable {
  /** The folder of kept files, below the process' folder. */
  static final String KEPT = "kept";

  private static final String UNPACKED = "unpacked";

  /** Who gets the kept files. */
  enum Sequel {
    NOBODY,
    COLMAP,
    /** The scene brings its cameras. */
    TRAINER
  }

  /**
   * Does it. What the files make go wrong becomes the outcome's verdict.
   *
   * @param folder of the process, empty
   */
  IntakeOutcome run(Path folder) {
    try {
      return IntakeOutcome.of(done(folder));
    } catch (SceneException e) {
      return IntakeOutcome.refused(e.verdict(), e.getMessage());
    } catch (FileSystemException e) {
      return machine(e);
    } catch (UncheckedIOException e) {
      return machine(e.getCause());
    } catch (OutOfMemoryError e) {
      return refused(
          Verdict.TOO_LARGE,
          "reading its files takes more memory than %s (%s). Make it smaller, or raise limits.ingest-memory"
              .formatted(Bytes.text(limits.ingestMemory()), e.getMessage()));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      return refused(
          Verdict.HOSTILE_INPUT,
          "the program that reads its files failed (%s). Save the photographs again, as plain JPEG or PNG"
              .formatted(e));
    }
  }

  private Manifest done(Path folder) throws IOException, InterruptedException {
    Path scene = Path.of(source);
    SceneFolder.requirePlain(sceneId, scene);
    if (SceneArchive.sceneName(scene.getFileName().toString()).isPresent()
        && Files.isRegularFile(scene)) {
      Path unpacked = Files.createDirectory(folder.resolve(UNPACKED));
      SceneArchive.extract(sceneId, scene, unpacked, limits);
      scene = unpacked;
    }
    Path kept = folder.resolve(KEPT);
    switch (sequel) {
      case NOBODY -> {
        return new Intake(limits, rules, video)
            .check(sceneId, scene, folder.resolve(Manifest.MADE));
      }
      case COLMAP -> KeptFiles.copyForColmap(manifest, SceneFolder.photographs(scene), kept);
      case TRAINER -> KeptFiles.copy(manifest, scene, kept);
    }
    return manifest;
  }

  private IntakeOutcome machine(IOException e) {
    if (e instanceof AccessDeniedException denied && denied.getFile().startsWith(source)) {
      return refused(
          Verdict.UNREADABLE_IMAGES,
          "%s may not be read. Let everyone read it, or upload it again"
              .formatted(PlainText.line(denied.getFile())));
    }
    String message = String.valueOf(e.getMessage()); // in English: the process' language is C
    if (message.contains("File too large")) {
      return refused(
          Verdict.TOO_LARGE,
          "one of its files is larger than limits.archive-bytes, %s. Make it smaller"
              .formatted(Bytes.text(limits.archiveBytes())));
    }
    boolean isFull = message.contains("No space left");
    return refused(
        isFull ? Verdict.DISK_FULL : Verdict.INTERNAL,
        "%s. Check the disk of the work folder".formatted(e));
  }

  private IntakeOutcome refused(Verdict verdict, String why) {
    return IntakeOutcome.refused(verdict, "Cannot ingest scene %s: %s.".formatted(sceneId, why));
  }

  /** Writes it for {@link #read}. */
  void write(Path file) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(this);
    }
  }

  /** Reads what this product's other process has written. */
  static IntakeTask read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        ObjectInputStream in = new ObjectInputStream(bytes)) {
      return (IntakeTask) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("Cannot read " + file, e);
    }
  }

  /** Writes the outcome; its last step, so that a file says that the process came to its end. */
  static void write(IntakeOutcome outcome, Path file) throws IOException {
    Files.write(file, outcome.toJson().getBytes(UTF_8));
  }
}
