package org.splatline.pipeline.input;

import java.nio.file.Path;
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
   * The uploaded files on this machine, as they are and for reading only.
   *
   * @param folder where they are; closed with this
   * @param path the scene's folder or archive
   */
  public record Upload(LocalFolder folder, Path path) implements AutoCloseable {
    @Override
    public void close() {
      folder.close();
    }
  }

  /**
   * Fetches the files, without a look into them. The caller closes them.
   *
   * @throws SceneException TOO_LARGE when an archive has more bytes than allowed, INPUT_CHANGED,
   *     and UNSUPPORTED_INPUT when the archive is gone
   */
  public Upload fetch(LimitsConfig limits) {
    try {
      return isArchive() ? archive(limits) : folder();
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

  private Upload folder() {
    LocalFolder folder = place.fetch();
    return new Upload(folder, folder.path());
  }

  private Upload archive(LimitsConfig limits) {
    Optional<StoredFile> archive = place.asFile();
    if (archive.isEmpty()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot ingest scene %s: there is no archive %s. Upload it again."
              .formatted(sceneId, place));
    }
    SceneArchive.checkSize(sceneId, archive.get().bytes(), limits);
    LocalFolder folder = place.fetchThis();
    return new Upload(folder, folder.path().resolve(place.name()));
  }
}
