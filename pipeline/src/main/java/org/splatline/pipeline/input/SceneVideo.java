package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.media.Video;
import org.splatline.gpu.media.VideoTool;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.UnsupportedPictures;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** A scene that is one video. */
final class SceneVideo {
  private static final List<String> SUFFIXES = List.of(".mp4", ".mov", ".m4v");

  private final VideoTool tool;
  private final LimitsConfig limits;

  SceneVideo(VideoTool tool, LimitsConfig limits) {
    this.tool = tool;
    this.limits = limits;
  }

  /** The scene's name in a video's file name; empty: {@code fileName} is not a video's. */
  static Optional<String> sceneName(String fileName) {
    return FileNames.withoutEnding(fileName, SUFFIXES);
  }

  /**
   * Takes frames of the folder's video into {@code made}. A folder's photographs count more than a
   * video beside them; other files, such as a drone's subtitles, do not matter.
   *
   * @return empty: it has photographs, or no video
   * @throws SceneException UNSUPPORTED_INPUT for several videos, and as {@link VideoTool#extract}
   */
  Optional<Video> extract(String sceneId, SceneFolder folder, Path made)
      throws IOException, InterruptedException {
    List<String> videos = new ArrayList<>();
    for (String name : folder.files()) {
      Path file = folder.file(name);
      if (folder.isModelFile(name) || isPhotograph(file)) {
        return Optional.empty();
      }
      if (isVideo(file)) {
        videos.add(name);
      }
    }
    if (videos.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(only(videos, folder, made));
    } catch (SceneException e) {
      throw new SceneException(
          e.verdict(), "Cannot ingest scene %s: %s.".formatted(sceneId, e.getMessage()), e);
    }
  }

  private Video only(List<String> videos, SceneFolder folder, Path made)
      throws IOException, InterruptedException {
    if (videos.size() > 1) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "it has %d videos (%s, …), and a scene is one. Join them, or give each a folder of its own"
              .formatted(videos.size(), videos.get(0)));
    }
    String name = videos.get(0);
    Optional<String> objection = FileNames.objection(name);
    if (objection.isPresent()) {
      throw new SceneException(
          Verdict.HOSTILE_INPUT,
          "its video %s cannot be used: %s. Give it a plain name".formatted(name, objection.get()));
    }
    Files.createDirectories(made);
    return tool.extract(folder.file(name), made, limits.imagePixels());
  }

  private static boolean isVideo(Path file) throws IOException {
    return sceneName(file.getFileName().toString()).isPresent()
        || UnsupportedPictures.isVideo(file);
  }

  private static boolean isPhotograph(Path file) throws IOException {
    if (UnsupportedPictures.isHeic(file)) {
      return true;
    }
    try {
      PictureReader.size(file);
      return true;
    } catch (SceneException e) {
      return false;
    }
  }
}
