package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.OrientationTag;
import org.splatline.gpu.picture.PictureLook;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.picture.UnsupportedPictures;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.input.Photograph.Status;
import org.splatline.pipeline.sfm.SfmStage;

/** Looks at each file of a scene before anything dear is done with it. */
public final class Photographs {
  private static final String FRAMES = "frames";
  private static final int SCENE_DEPTH = 4; // scene/sparse/0/cameras.bin
  private static final Set<String> PICTURE_EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic");

  private final LimitsConfig limits;
  private final PhotographRules rules;

  public Photographs(LimitsConfig limits, PhotographRules rules) {
    this.limits = limits;
    this.rules = rules;
  }

  /**
   * Where a scene keeps its photographs: {@code images/} if it has one, else {@code frames/}, else
   * the folder itself.
   */
  public static Path folderOf(Path sceneFolder) {
    return Stream.of("images", FRAMES)
        .map(sceneFolder::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(sceneFolder);
  }

  /** Whether they are a video's frames, in order of their names: those in {@code frames/}. */
  static boolean areFrames(Path sceneFolder) {
    return folderOf(sceneFolder).endsWith(FRAMES);
  }

  /**
   * Reads every file of a scene once: those directly in {@link #folderOf}, or, of a scene that
   * {@linkplain SfmStage#bringsModel brings its model}, all pictures and model files below its
   * folder. Hidden files don't count. What can't be used is recorded with its reason.
   *
   * @return names are relative to {@link #folderOf}, or to the folder of a scene with a model
   * @throws SceneException UNSUPPORTED_INPUT when there is no such folder, TOO_LARGE when it holds
   *     more files or pixels than allowed
   */
  public Manifest probe(String sceneId, Path sceneFolder) throws IOException {
    if (!Files.isDirectory(sceneFolder)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot ingest scene %s: there is no folder %s. Name a folder of photographs."
              .formatted(sceneId, sceneFolder));
    }
    boolean withModel = SfmStage.bringsModel(sceneFolder);
    Path root = withModel ? sceneFolder : folderOf(sceneFolder);
    List<String> names = names(root, withModel);
    if (names.size() > limits.sceneImages()) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot ingest scene %s: it has %s files, at most %s are allowed. Split it or raise limits.scene-images."
              .formatted(sceneId, names.size(), limits.sceneImages()));
    }
    List<Photograph> photographs = new ArrayList<>();
    Set<String> folded = new HashSet<>();
    long pixels = 0;
    for (String name : names) {
      boolean isTaken = !folded.add(name.toLowerCase(Locale.ROOT));
      Photograph photograph =
          withModel && isModel(name) ? ofModel(root, name) : probe(root, name, isTaken);
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
    return new Manifest(
        sceneId, !withModel && areFrames(sceneFolder), new Weeding(rules).of(photographs));
  }

  private static List<String> names(Path root, boolean withModel) throws IOException {
    try (Stream<Path> paths = Files.walk(root, withModel ? SCENE_DEPTH : 1)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> slashed(root.relativize(path)))
          .filter(name -> !isHidden(name))
          .filter(name -> !withModel || isModel(name) || isPicture(name))
          .sorted()
          .toList();
    }
  }

  private static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }

  private static boolean isModel(String name) {
    return name.startsWith("sparse/0/")
        || name.equals(SceneReader.ALIGNMENT)
        || name.matches("transforms[^/]*\\.json");
  }

  private static boolean isPicture(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return PICTURE_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private static Photograph ofModel(Path root, String name) throws IOException {
    Path file = root.resolve(name);
    return Photograph.unseen(name, Files.size(file), Sha256.of(file), Status.MODEL, "");
  }

  private Photograph probe(Path root, String name, boolean isTaken) throws IOException {
    Path file = root.resolve(name);
    long bytes = Files.size(file);
    String sha256 = Sha256.of(file);
    Optional<String> objection =
        isTaken
            ? Optional.of("its name differs from another's only in upper and lower case")
            : FileNames.objection(name);
    if (objection.isPresent()) {
      return Photograph.unseen(name, bytes, sha256, Status.BAD_NAME, objection.get());
    }
    Optional<String> kind = UnsupportedPictures.reason(file);
    if (kind.isPresent()) {
      return Photograph.unseen(name, bytes, sha256, Status.UNSUPPORTED, kind.get());
    }
    PictureSize size;
    try {
      size = PictureReader.size(file);
    } catch (SceneException e) {
      return Photograph.unseen(name, bytes, sha256, Status.UNREADABLE, reason(e, file, name));
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

  /** Wholly: COLMAP takes a cut-off JPEG without a word. */
  private Photograph decoded(Path file, Photograph header) {
    try {
      return header.withLook(PictureLook.of(PictureReader.read(file, limits.imagePixels())));
    } catch (SceneException e) {
      return header.withStatus(
          e.verdict() == Verdict.TOO_LARGE ? Status.TOO_LARGE : Status.UNREADABLE,
          reason(e, file, header.name()));
    }
  }

  /** Without the place where the file happens to lie: a manifest is the same everywhere. */
  private static String reason(SceneException e, Path file, String name) {
    return e.getMessage().replace(file.toString(), name);
  }

  /**
   * Puts the photographs that are used, and the model the scene brings, into {@code to}, made if
   * absent: what the next stage is given. Each must be what it was when it was looked at.
   *
   * @param root what the manifest's names are relative to
   * @throws SceneException INPUT_CHANGED when a file is another one now, or gone
   */
  public static void copyKept(Manifest manifest, Path root, Path to) throws IOException {
    Files.createDirectories(to);
    for (Photograph photograph : manifest.photographs()) {
      if (photograph.isRejected()) {
        continue;
      }
      Path target = to.resolve(photograph.name());
      Files.createDirectories(target.getParent());
      try (OutputStream out = Files.newOutputStream(target)) {
        if (!Sha256.copy(root.resolve(photograph.name()), out).equals(photograph.sha256())) {
          throw changed(manifest, photograph, "holds other bytes than");
        }
      } catch (NoSuchFileException e) {
        throw changed(manifest, photograph, "is gone, that was there");
      }
    }
  }

  /**
   * As {@link #copyKept}, for COLMAP: EXIF's orientation is set to as stored, so that all of its
   * releases see the same pixels.
   */
  public static void copyForColmap(Manifest manifest, Path root, Path to) throws IOException {
    copyKept(manifest, root, to);
    for (Photograph photograph : manifest.used()) {
      if (photograph.exif().orientation() != Exif.ABSENT.orientation()) {
        OrientationTag.setUpright(to.resolve(photograph.name()));
      }
    }
  }

  private static SceneException changed(Manifest manifest, Photograph photograph, String what) {
    return new SceneException(
        Verdict.INPUT_CHANGED,
        "Cannot use scene %s: %s %s when it was looked at. Wait until its upload is finished and try again."
            .formatted(manifest.sceneId(), photograph.name(), what));
  }
}
