package org.splatline.pipeline.stage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.SceneArchive;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.ChangedFileException;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;

/** A scene's files, wherever and however packed they come. */
final class SceneInput {
  private SceneInput() {}

  /** What there is, one listing: the folder's files, or the archive; none when it is gone. */
  static List<StoredFile> files(SceneSource scene) {
    Location place = Location.open(scene.uri(), SceneWork.hadoop());
    return SceneArchive.sceneName(place.name()).isPresent()
        ? place.asFile().stream().toList()
        : place.files();
  }

  /**
   * The files on this machine, unpacked, only to be read; the caller closes it.
   *
   * @throws SceneException as {@link SceneArchive#extract}, and UNSUPPORTED_INPUT when the archive
   *     is gone
   */
  static LocalFolder fetch(SceneSource scene, LimitsConfig limits) throws IOException {
    Location place = Location.open(scene.uri(), SceneWork.hadoop());
    try {
      return SceneArchive.sceneName(place.name()).isPresent()
          ? unpacked(scene, place, limits)
          : place.fetch();
    } catch (ChangedFileException e) {
      throw new SceneException(
          Verdict.INPUT_CHANGED,
          "Cannot fetch scene %s: %s Wait until its upload is finished and try again."
              .formatted(scene.id(), e.getMessage()),
          e);
    }
  }

  private static LocalFolder unpacked(SceneSource scene, Location place, LimitsConfig limits)
      throws IOException {
    Optional<StoredFile> archive = place.asFile();
    if (archive.isEmpty()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot ingest scene %s: there is no archive %s. Upload it again."
              .formatted(scene.id(), place));
    }
    SceneArchive.checkSize(scene.id(), archive.get().bytes(), limits);
    LocalFolder target = LocalFolder.temporary("unpacked");
    try (LocalFolder packed = place.fetchThis()) {
      SceneArchive.extract(scene.id(), packed.path().resolve(place.name()), target.path(), limits);
      return target;
    } catch (IOException | RuntimeException e) {
      target.close();
      throw e;
    }
  }
}
