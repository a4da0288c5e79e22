package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.picture.CleanPicture;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Writes the files that a manifest keeps: what the next stage works with. */
final class KeptFiles {
  private KeptFiles() {}

  private interface Writing {
    void write(Path from, Path to) throws IOException;
  }

  /**
   * Writes the used photographs anew ({@link CleanPicture#write}), and copies the model that the
   * scene brings, to {@code to}, which is made if absent. Each file must be the same as when it was
   * checked.
   *
   * @param root what the manifest's names are relative to
   * @throws SceneException INPUT_CHANGED when a file has changed or is gone
   */
  static void copy(Manifest manifest, Path root, Path to) throws IOException {
    copy(manifest, root, to, CleanPicture::write);
  }

  /** As {@link #copy}, for COLMAP: all its releases see the same pixels. */
  static void copyForColmap(Manifest manifest, Path root, Path to) throws IOException {
    copy(manifest, root, to, CleanPicture::writeAsStored);
  }

  private static void copy(Manifest manifest, Path root, Path to, Writing writing)
      throws IOException {
    Files.createDirectories(to);
    for (Photograph photograph : manifest.photographs()) {
      if (!photograph.isRejected()) {
        copy(manifest, photograph, root, to, writing);
      }
    }
  }

  private static void copy(
      Manifest manifest, Photograph photograph, Path root, Path to, Writing writing)
      throws IOException {
    Path target = to.resolve(photograph.name());
    Files.createDirectories(target.getParent());
    Path copy = Files.createTempFile(to, ".copy", "");
    try {
      Files.copy(root.resolve(photograph.name()), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      throw changed(manifest, photograph, "is gone, but it was there");
    }
    if (!Sha256.of(copy).equals(photograph.sha256())) {
      throw changed(manifest, photograph, "holds other bytes than");
    }
    if (photograph.status() == Photograph.Status.USED) {
      writing.write(copy, target);
      Files.delete(copy);
    } else {
      Files.move(copy, target);
    }
  }

  private static SceneException changed(Manifest manifest, Photograph photograph, String what) {
    return new SceneException(
        Verdict.INPUT_CHANGED,
        "Cannot use scene %s: %s %s when it was checked. Wait until its upload is finished and try again."
            .formatted(manifest.sceneId(), photograph.name(), what));
  }
}
