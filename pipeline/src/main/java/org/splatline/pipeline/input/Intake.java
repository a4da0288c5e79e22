package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.media.HeicTool;
import org.splatline.gpu.media.Video;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.media.VideoTool;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.JpegSegments;
import org.splatline.gpu.picture.PictureLook;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.picture.UnsupportedPictures;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.input.Photograph.Status;

/** Checks each file of a scene before anything expensive is done with it. */
public final class Intake {
  /** Of the largest picture. A picture takes at most 20 s then: docs/hostile-inputs.md. */
  private static final long SCANS_OF_THE_LARGEST = 12;

  /** The part of the memory that may be taken once more, outside of the heap, for scans. */
  private static final long SHARE_FOR_SCANS = 4;

  private final LimitsConfig limits;
  private final PhotographRules rules;
  private final SceneVideo video;
  private final HeicTool heic;

  public Intake(LimitsConfig limits, PhotographRules rules, VideoConfig video) {
    this.limits = limits;
    this.rules = rules;
    this.video = new SceneVideo(new VideoTool(video), limits);
    this.heic = new HeicTool(video.memory());
  }

  /**
   * Reads every file of a scene once: the files in its folder of photographs or, if the scene
   * brings a model, all pictures and model files below its folder. Hidden files do not count. A
   * file that cannot be used is recorded with its reason. Where the folder holds one video and no
   * photograph, frames of the video are the photographs.
   *
   * @param made the folder for photographs that are made here: frames of a video, and HEIC as JPEG;
   *     absent, and created only if there are some
   * @return names are relative to {@link SceneFolder#photographs}, or to the folder of a scene with
   *     a model
   * @throws SceneException UNSUPPORTED_INPUT when there is no such folder, TOO_LARGE when it holds
   *     more files or pixels than allowed; as {@link VideoTool#extract} for a video
   */
  public Manifest check(String sceneId, Path sceneFolder, Path made)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(sceneFolder)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot ingest scene %s: there is no folder %s. Name a folder of photographs."
              .formatted(sceneId, sceneFolder));
    }
    SceneFolder uploaded = SceneFolder.of(sceneFolder);
    requireFewFiles(sceneId, uploaded.files().size() + uploaded.unnamable().size());
    Optional<Video> source = video.extract(sceneId, uploaded, made);
    SceneFolder folder = source.isPresent() ? SceneFolder.made(made) : uploaded;
    Map<String, String> madeFrom = new TreeMap<>();
    List<Photograph> photographs = new ArrayList<>();
    Set<String> lowerCase = new HashSet<>();
    long pixels = 0;
    for (String name : folder.files()) {
      boolean isTaken = !lowerCase.add(name.toLowerCase(Locale.ROOT));
      Photograph photograph =
          folder.isModelFile(name) ? modelFile(folder, name) : photograph(folder, name, isTaken);
      if (canBeHeic(folder, photograph)) {
        photograph = heicAsJpeg(folder, photograph, made);
      }
      if (source.isPresent() || !photograph.name().equals(name)) {
        madeFrom.put(photograph.name(), source.map(Video::name).orElse(name));
      }
      if (photograph.status() == Status.USED) {
        pixels += (long) photograph.width() * photograph.height();
      }
      if (pixels > limits.scenePixels()) {
        throw new SceneException(
            Verdict.TOO_LARGE,
            "Cannot ingest scene %s: its first %s photographs have %s pixels together, at most %s are allowed. Split it or raise limits.scene-pixels."
                .formatted(sceneId, photographs.size() + 1, pixels, limits.scenePixels()));
      }
      photographs.add(photograph);
    }
    for (Path file : uploaded.unnamable()) {
      photographs.add(
          Photograph.unseen(
              uploaded.shownName(file),
              Files.size(file),
              Sha256.of(file),
              Status.BAD_NAME,
              "its name isn't UTF-8"));
    }
    photographs.sort(Comparator.comparing(Photograph::name));
    return new Manifest(
        sceneId,
        source.isPresent() || folder.holdsFrames(),
        new PhotographFilter(rules, !folder.bringsModel()).flagged(photographs),
        madeFrom,
        source.orElse(null));
  }

  private void requireFewFiles(String sceneId, int files) {
    if (files > limits.sceneImages()) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot ingest scene %s: it has %s files, at most %s are allowed. Split it or raise limits.scene-images."
              .formatted(sceneId, files, limits.sceneImages()));
    }
  }

  /** A model that the scene brings names its photographs, so they keep their names. */
  private static boolean canBeHeic(SceneFolder folder, Photograph photograph) throws IOException {
    return photograph.status() == Status.UNSUPPORTED
        && !folder.bringsModel()
        && UnsupportedPictures.isHeic(folder.file(photograph.name()));
  }

  /**
   * The JPEG of a HEIC photograph, called {@code IMG_1.heic.jpg}; what is wrong if there is none.
   */
  private Photograph heicAsJpeg(SceneFolder folder, Photograph photograph, Path made)
      throws IOException, InterruptedException {
    String jpeg = photograph.name() + ".jpg";
    if (Files.exists(folder.file(jpeg))) {
      return photograph.withStatus(
          Status.BAD_NAME, "there is also %s, the name that its JPEG would get".formatted(jpeg));
    }
    try {
      Files.createDirectories(made);
      heic.decode(folder.file(photograph.name()), made.resolve(jpeg));
      return photograph(SceneFolder.made(made), jpeg, false);
    } catch (SceneException e) {
      return photograph.withStatus(
          e.verdict() == Verdict.UNSUPPORTED_INPUT ? Status.UNSUPPORTED : Status.UNREADABLE,
          e.getMessage());
    }
  }

  private static Photograph modelFile(SceneFolder folder, String name) throws IOException {
    Path file = folder.file(name);
    return Photograph.unseen(name, Files.size(file), Sha256.of(file), Status.MODEL, "");
  }

  private Photograph photograph(SceneFolder folder, String name, boolean isTaken)
      throws IOException {
    Path file = folder.file(name);
    long bytes = Files.size(file);
    String sha256 = Sha256.of(file);
    Optional<String> objection =
        isTaken
            ? Optional.of("its name differs from another's only in upper and lower case")
            : FileNames.objection(name);
    if (objection.isPresent()) {
      return Photograph.unseen(name, bytes, sha256, Status.BAD_NAME, objection.get());
    }
    try {
      return seen(file, name, bytes, sha256);
    } catch (OutOfMemoryError e) { // one picture's; it is released
      return Photograph.unseen(
          name,
          bytes,
          sha256,
          Status.TOO_LARGE,
          "decoding it takes more memory than limits.ingest-memory, %s"
              .formatted(Bytes.text(limits.ingestMemory())));
    }
  }

  private Photograph seen(Path file, String name, long bytes, String sha256) throws IOException {
    Optional<String> kind = UnsupportedPictures.reason(file);
    if (kind.isPresent()) {
      return Photograph.unseen(name, bytes, sha256, Status.UNSUPPORTED, kind.get());
    }
    JpegSegments.Scans scans = scans(file);
    Optional<String> tooMuch = tooMuch(scans);
    if (tooMuch.isPresent()) {
      return Photograph.unseen(name, bytes, sha256, Status.TOO_LARGE, tooMuch.get());
    }
    PictureSize size;
    try {
      size = PictureReader.size(file);
    } catch (SceneException e) {
      return Photograph.unseen(name, bytes, sha256, Status.UNREADABLE, reason(e, file, name));
    }
    long work = (long) size.width() * size.height() * scans.count();
    if (work > SCANS_OF_THE_LARGEST * limits.imagePixels()) {
      return Photograph.unseen(
          name,
          bytes,
          sha256,
          Status.TOO_LARGE,
          "its %d scans have %d pixels together, at most %d times limits.image-pixels, %d, are allowed"
              .formatted(scans.count(), work, SCANS_OF_THE_LARGEST, limits.imagePixels()));
    }
    return decoded(
        file,
        new Photograph(
            name,
            bytes,
            sha256,
            size.width(),
            size.height(),
            Exif.of(file),
            PictureLook.NONE,
            false,
            "",
            Status.USED,
            ""));
  }

  private Optional<String> tooMuch(JpegSegments.Scans scans) {
    if (scans.count() > limits.jpegScans()) {
      return Optional.of(
          "it has %d scans, at most limits.jpeg-scans, %d, are allowed"
              .formatted(scans.count(), limits.jpegScans()));
    }
    long most = limits.ingestMemory() / SHARE_FOR_SCANS;
    return scans.bytes() <= most
        ? Optional.empty()
        : Optional.of(
            "decoding its %d scans takes %s beside the picture, at most a quarter of limits.ingest-memory, %s, is allowed. Store it with one scan"
                .formatted(scans.count(), Bytes.text(scans.bytes()), Bytes.text(most)));
  }

  private static JpegSegments.Scans scans(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return JpegSegments.scans(in);
    }
  }

  /** Decodes the whole picture, because COLMAP accepts a truncated JPEG silently. */
  private Photograph decoded(Path file, Photograph header) {
    try {
      return header.withLook(PictureLook.of(PictureReader.read(file, limits.imagePixels())));
    } catch (SceneException e) {
      return header.withStatus(
          e.verdict() == Verdict.TOO_LARGE ? Status.TOO_LARGE : Status.UNREADABLE,
          reason(e, file, header.name()));
    }
  }

  /** The reason without the local path of the file, so that a manifest is the same everywhere. */
  private static String reason(SceneException e, Path file, String name) {
    return e.getMessage().replace(file.toString(), name);
  }
}
