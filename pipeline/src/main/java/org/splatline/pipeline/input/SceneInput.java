package org.splatline.pipeline.input;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.PlainText;
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

  /**
   * One listing: the folder's files, or the archive or video; empty when it is gone.
   *
   * @throws SceneException UNREADABLE_IMAGES when this process may not read a folder
   */
  public List<StoredFile> files() {
    return isFile() ? place.asFile().stream().toList() : tree();
  }

  private List<StoredFile> tree() {
    try {
      return place.files();
    } catch (UncheckedIOException e) {
      // On S3 the store refuses, which the operator must know.
      if (!place.isRemote() && e.getCause() instanceof AccessDeniedException denied) {
        throw new SceneException(
            Verdict.UNREADABLE_IMAGES,
            "Cannot ingest scene %s: %s may not be read. Let everyone read it, or upload it again."
                .formatted(sceneId, PlainText.line(denied.getFile())),
            e);
      }
      throw e;
    }
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
   * @throws SceneException HOSTILE_INPUT for a link, a device, and a name that this machine cannot
   *     have; TOO_LARGE when there are more bytes or files than an archive may have, INPUT_CHANGED,
   *     UNSUPPORTED_INPUT when the archive is gone, and as {@link #files}
   */
  public Upload fetch(LimitsConfig limits) {
    place.oddity().ifPresent(oddity -> refuse(place + " " + oddity));
    try {
      return isArchive() ? archive(limits) : isVideo() ? video(limits) : folder(limits);
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

  private void refuse(String why) {
    throw new SceneException(
        Verdict.HOSTILE_INPUT,
        "Cannot ingest scene %s: %s. Upload plain files with plain names.".formatted(sceneId, why));
  }

  private Upload folder(LimitsConfig limits) {
    List<StoredFile> files = tree();
    requireSmall(files, limits);
    if (place.isRemote()) {
      requireNames(files);
    }
    LocalFolder folder = place.fetch();
    return new Upload(folder, folder.path());
  }

  /** Keys of S3 can be what no file system has. */
  private void requireNames(List<StoredFile> files) {
    Set<String> folders = new HashSet<>();
    for (StoredFile file : files) {
      String path = file.path();
      if (!FileNames.isText(path) || FileNames.isTooLong(path) || path.indexOf('\0') >= 0) {
        refuse(
            "the name of %s isn't UTF-8, or is longer than file systems allow"
                .formatted(PlainText.line(path)));
      }
      if (List.of(path.split("/", -1)).contains("..")) {
        refuse("the key of a file leads to %s, out of its folder".formatted(path));
      }
      for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
        folders.add(path.substring(0, end));
      }
    }
    for (StoredFile file : files) {
      if (folders.contains(file.path())) {
        refuse("%s is a file and also a folder".formatted(file.path()));
      }
    }
  }

  /** The listing tells, so nothing is copied or read of a folder that is too large. */
  private void requireSmall(List<StoredFile> files, LimitsConfig limits) {
    long bytes = files.stream().mapToLong(StoredFile::bytes).sum();
    if (bytes > limits.archiveBytes()) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot ingest scene %s: its %d files have %s together, at most %s are allowed. Split the scene or raise limits.archive-bytes."
              .formatted(
                  sceneId, files.size(), Bytes.text(bytes), Bytes.text(limits.archiveBytes())));
    }
    if (files.size() > limits.archiveEntries()) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot ingest scene %s: it has %d files, at most %d are allowed. Split the scene or raise limits.archive-entries."
              .formatted(sceneId, files.size(), limits.archiveEntries()));
    }
  }

  /** A folder with nothing but the video. */
  private Upload video(LimitsConfig limits) {
    requireFile("video", limits);
    LocalFolder target = LocalFolder.temporary("video");
    try {
      place.parent().fetchFile(place.name(), target.path().resolve(place.name()));
      return new Upload(target, target.path());
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

  private Upload archive(LimitsConfig limits) {
    requireFile("archive", limits);
    LocalFolder folder = place.fetchThis();
    return new Upload(folder, folder.path().resolve(place.name()));
  }
}
