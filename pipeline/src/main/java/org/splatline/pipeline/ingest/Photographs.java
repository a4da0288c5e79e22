package org.splatline.pipeline.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.scene.PictureReader;
import org.splatline.gpu.scene.PictureSize;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.pipeline.colmap.SfmStage;
import org.splatline.pipeline.ingest.Photograph.Status;

/** Looks at each file of a scene before anything dear is done with it. */
public final class Photographs {
  private static final int SCENE_DEPTH = 4; // scene/sparse/0/cameras.bin
  private static final Set<String> PICTURE_EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic");

  private final LimitsConfig limits;

  public Photographs(LimitsConfig limits) {
    this.limits = limits;
  }

  /** Where a scene keeps its photographs: {@code images/} if it has one, else the folder itself. */
  public static Path folderOf(Path sceneFolder) {
    Path images = sceneFolder.resolve("images");
    return Files.isDirectory(images) ? images : sceneFolder;
  }

  /**
   * Reads every file of a scene once: those directly in {@link #folderOf}, or, of a scene that
   * {@linkplain SfmStage#bringsModel brings its model}, all pictures and model files below its
   * folder. Hidden files don't count. What can't be used is recorded with its reason.
   *
   * @return names are relative to {@link #folderOf}, or to the folder of a scene with a model
   * @throws SceneException UNSUPPORTED_INPUT when there is no such folder, TOO_LARGE when it holds
   *     more files than allowed
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
    for (String name : names) {
      photographs.add(probe(root, name));
    }
    return new Manifest(sceneId, photographs);
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
    return name.startsWith("sparse/0/") || name.matches("transforms[^/]*\\.json");
  }

  private static boolean isPicture(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return PICTURE_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private Photograph probe(Path root, String name) throws IOException {
    Path file = root.resolve(name);
    long bytes = Files.size(file);
    String sha256 = sha256(file);
    if (isModel(name)) {
      return new Photograph(name, bytes, sha256, 0, 0, 1, 0, Status.MODEL, "");
    }
    String objection = FileNames.objection(name).orElse("");
    if (!objection.isEmpty()) {
      return new Photograph(name, bytes, sha256, 0, 0, 1, 0, Status.BAD_NAME, objection);
    }
    PictureSize size;
    try {
      size = PictureReader.size(file);
    } catch (SceneException e) {
      return new Photograph(
          name, bytes, sha256, 0, 0, 1, 0, Status.UNREADABLE, reason(e, file, name));
    }
    Exif exif = Exif.of(file);
    Status status = Status.USED;
    String reason = "";
    try {
      PictureReader.read(file, limits.imagePixels()); // COLMAP takes a cut-off JPEG without a word
    } catch (SceneException e) {
      status = e.verdict() == Verdict.TOO_LARGE ? Status.TOO_LARGE : Status.UNREADABLE;
      reason = reason(e, file, name);
    }
    return new Photograph(
        name,
        bytes,
        sha256,
        size.width(),
        size.height(),
        exif.orientation(),
        exif.focalLengthMm(),
        status,
        reason);
  }

  /** Without the place where the file happens to lie: a manifest is the same everywhere. */
  private static String reason(SceneException e, Path file, String name) {
    return e.getMessage().replace(file.toString(), name);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(stream, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: this JVM lacks SHA-256", e);
    }
  }

  /**
   * Puts the used photographs, and nothing else, into {@code to}, made if absent: what SfM is
   * given.
   *
   * @param root what the manifest's names are relative to
   */
  public static void copyUsed(Manifest manifest, Path root, Path to) throws IOException {
    Files.createDirectories(to);
    for (Photograph photograph : manifest.used()) {
      Path target = to.resolve(photograph.name());
      Files.createDirectories(target.getParent());
      Files.copy(root.resolve(photograph.name()), target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
