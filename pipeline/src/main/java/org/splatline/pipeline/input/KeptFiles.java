package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.OrientationTag;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Copies the files that a manifest keeps: what the next stage works with. */
public final class KeptFiles {
  private KeptFiles() {}

  /**
   * Copies the used photographs, and the model that the scene brings, to {@code to}, which is made
   * if absent. Each file must be the same as when it was checked.
   *
   * @param root what the manifest's names are relative to
   * @throws SceneException INPUT_CHANGED when a file has changed or is gone
   */
  public static void copy(Manifest manifest, Path root, Path to) throws IOException {
    Files.createDirectories(to);
    for (Photograph photograph : manifest.photographs()) {
      if (!photograph.isRejected()) {
        copy(manifest, photograph, root, to);
      }
    }
  }

  private static void copy(Manifest manifest, Photograph photograph, Path root, Path to)
      throws IOException {
    Path target = to.resolve(photograph.name());
    Files.createDirectories(target.getParent());
    try {
      Files.copy(root.resolve(photograph.name()), target);
    } catch (NoSuchFileException e) {
      throw changed(manifest, photograph, "is gone, but it was there");
    }
    if (!Sha256.of(target).equals(photograph.sha256())) {
      throw changed(manifest, photograph, "holds other bytes than");
    }
  }

  /**
   * Copies as {@link #copy} does, for COLMAP: EXIF's orientation is set to "as stored", so that all
   * releases of COLMAP see the same pixels.
   */
  public static void copyForColmap(Manifest manifest, Path root, Path to) throws IOException {
    copy(manifest, root, to);
    for (Photograph photograph : manifest.used()) {
      if (photograph.exif().orientation() != Exif.ABSENT.orientation()) {
        OrientationTag.setUpright(to.resolve(photograph.name()));
      }
    }
  }

  private static SceneException changed(Manifest manifest, Photograph photograph, String what) {
    return new SceneException(
        Verdict.INPUT_CHANGED,
        "Cannot use scene %s: %s %s when it was checked. Wait until its upload is finished and try again."
            .formatted(manifest.sceneId(), photograph.name(), what));
  }
}
