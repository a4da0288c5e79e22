package org.splatline.pipeline.input;

import java.util.List;
import java.util.stream.Stream;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;

/**
 * How many photographs a scene has, by one listing of its files and without reading any.
 *
 * @param photographs 0: it has none, or its place may not be opened
 * @param estimated whether it is an archive, of which only the size is known, or a video
 */
public record PhotographCount(int photographs, boolean estimated) {
  /** What a photograph in an archive is taken to have. */
  public static final long ARCHIVE_BYTES_EACH = 5_000_000;

  /**
   * Counts a scene's photographs.
   *
   * @param scene the place of the scene
   * @param frames the most frames of a video
   */
  public static PhotographCount of(SceneSource source, Location scene, int frames) {
    if (!source.refusal().isEmpty()) {
      return new PhotographCount(0, false);
    }
    List<StoredFile> files = new SceneInput(source.id(), scene).files();
    if (SceneVideo.sceneName(scene.name()).isPresent()) {
      return new PhotographCount(files.isEmpty() ? 0 : frames, true);
    }
    if (SceneArchive.sceneName(scene.name()).isPresent()) {
      long bytes = files.stream().mapToLong(StoredFile::bytes).sum();
      return new PhotographCount(Math.toIntExact(bytes / ARCHIVE_BYTES_EACH), true);
    }
    List<String> names = files.stream().map(StoredFile::path).toList();
    int photographs = photographs(names);
    boolean isVideo =
        photographs == 0 && names.stream().anyMatch(n -> SceneVideo.sceneName(n).isPresent());
    return isVideo ? new PhotographCount(frames, true) : new PhotographCount(photographs, false);
  }

  /**
   * Those of {@code images/}, else of {@code frames/}, else of the folder: as ingest takes them.
   */
  private static int photographs(List<String> names) {
    return Stream.of("images/", "frames/")
        .map(folder -> count(names, folder))
        .filter(count -> count > 0)
        .findFirst()
        .orElseGet(() -> count(names, ""));
  }

  private static int count(List<String> names, String folder) {
    return (int)
        names.stream()
            .filter(name -> name.startsWith(folder))
            .map(name -> name.substring(folder.length()))
            .filter(name -> !folder.isEmpty() || !name.contains("/"))
            .filter(name -> SceneFolder.isPicture(name) && !SceneFolder.isHidden(name))
            .count();
  }
}
