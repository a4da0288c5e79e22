package org.splatline.pipeline.input;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.ChangedFileException;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;

/**
 * A scene's files where they were uploaded: a folder, an archive or a video.
 *
 * @param place the folder, archive or video of {@link SceneSource#place}
 */
public record SceneInput(String sceneId, Location place) {

  /** One listing: the folder's files, or the archive or video; empty when it is gone. */
  public List<StoredFile> files() {
    return isFile() ? place.asFile().stream().toList() : place.files();
  }

  /**
   * The files on this machine, unpacked and read-only. The caller closes the folder.
   *
   * @throws SceneException as {@link SceneArchive#extract}, and UNSUPPORTED_INPUT when the archive
   *     is gone
   */
  public LocalFolder fetch(LimitsConfig limits) throws IOException {
    try {
      return isArchive() ? unpacked(limits) : isVideo() ? video(limits) : place.fetch();
    } catch (ChangedFileException e) {
      throw new SceneException(
          Verdict.INPUT_CHANGED,
          "Cannot fetch scene %s: %s Wait until its upload is finished and try again."
              .formatted(sceneId, e.getMessage()),
          e);
    }
  }

  /** The scene's name in the file name of an archive or video; empty: it is neither. */
  static Optional<String> sceneName(String fileName) {
    return SceneArchive.sceneName(fileName).or(() -> SceneVideo.sceneName(fileName));
  }

  /**
   * Whether ffmpeg or libheif may be needed for it: archives are not looked into.
   *
   * @param files as {@link #files} lists them
   */
  public static boolean mayNeedMediaTools(List<StoredFile> files) {
    return files.stream()
        .map(file -> file.path().substring(file.path().lastIndexOf('/') + 1))
        .anyMatch(
            name ->
                sceneName(name).isPresent()
                    || name.toLowerCase(Locale.ROOT).matches(".*\\.hei[cf]"));
  }

  private boolean isFile() {
    return sceneName(place.name()).isPresent();
  }

  private boolean isArchive() {
    return SceneArchive.sceneName(place.name()).isPresent();
  }

  private boolean isVideo() {
    return SceneVideo.sceneName(place.name()).isPresent();
  }

  private LocalFolder video(LimitsConfig limits) throws IOException {
    requireFile("video", limits);
    LocalFolder target = LocalFolder.temporary("video");
    try {
      place.parent().fetchFile(place.name(), target.path().resolve(place.name()));
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private void requireFile(String what, LimitsConfig limits) {
    StoredFile file =
        place
            .asFile()
            .orElseThrow(
                () ->
                    new SceneException(
                        Verdict.UNSUPPORTED_INPUT,
                        "Cannot ingest scene %s: there is no %s %s. Upload it again."
                            .formatted(sceneId, what, place)));
    if (file.bytes() > limits.archiveBytes()) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot ingest scene %s: its %s has %d MiB, at most %d are allowed. Split the scene or raise limits.archive-bytes"
              .formatted(sceneId, what, file.bytes() >> 20, limits.archiveBytes() >> 20));
    }
  }

  private LocalFolder unpacked(LimitsConfig limits) throws IOException {
    requireFile("archive", limits);
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
