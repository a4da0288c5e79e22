package org.splatline.pipeline.input;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.ChangedFileException;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;

/**
 * A scene's files where they were uploaded: a folder or an archive.
 *
 * @param place the folder or archive of {@link SceneSource#place}
 */
public record SceneInput(String sceneId, Location place) {

  /** One listing: the folder's files, or the archive; empty when it is gone. */
  public List<StoredFile> files() {
    return isArchive() ? place.asFile().stream().toList() : place.files();
  }

  /**
   * The files on this machine, unpacked and read-only. The caller closes the folder.
   *
   * @throws SceneException as {@link SceneArchive#extract}, and UNSUPPORTED_INPUT when the archive
   *     is gone
   */
  public LocalFolder fetch(LimitsConfig limits) throws IOException {
    try {
      return isArchive() ? unpacked(limits) : place.fetch();
    } catch (ChangedFileException e) {
      throw new SceneException(
          Verdict.INPUT_CHANGED,
          "Cannot fetch scene %s: %s Wait until its upload is finished and try again."
              .formatted(sceneId, e.getMessage()),
          e);
    }
  }

  private boolean isArchive() {
    return SceneArchive.sceneName(place.name()).isPresent();
  }

  private LocalFolder unpacked(LimitsConfig limits) throws IOException {
    Optional<StoredFile> archive = place.asFile();
    if (archive.isEmpty()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot ingest scene %s: there is no archive %s. Upload it again."
              .formatted(sceneId, place));
    }
    SceneArchive.checkSize(sceneId, archive.get().bytes(), limits);
    LocalFolder target = LocalFolder.temporary("unpacked");
    try (LocalFolder packed = place.fetchThis()) {
      SceneArchive.extract(sceneId, packed.path().resolve(place.name()), target.path(), limits);
      return target;
    } catch (IOException | RuntimeException e) {
      target.close();
      throw e;
    }
  }
}
