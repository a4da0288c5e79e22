package org.splatline.pipeline.input;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.config.earlier.EarlierNames;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.store.Location;

/**
 * The readers of strangers' bytes, as Jazzer calls them: {@link ReaderFuzzTest} starts it in a JVM
 * of its own. A reader either reads what it gets or refuses it with a verdict that the photographer
 * can act on.
 */
public final class FuzzTarget {
  /** How a reader is given bytes. */
  private interface Reading {
    void of(Path folder, Path file) throws IOException;
  }

  /** A reader, with the file that it reads below a folder. */
  @SuppressWarnings("ImmutableEnumChecker") // readings have no state
  enum Reader {
    COLMAP_CAMERAS("sparse/0/cameras.bin", (folder, file) -> readScene(folder)),
    COLMAP_IMAGES("sparse/0/images.bin", (folder, file) -> readScene(folder)),
    COLMAP_POINTS("sparse/0/points3D.bin", (folder, file) -> readScene(folder)),
    TEXT_CAMERAS("sparse/0/cameras.txt", (folder, file) -> readScene(folder)),
    TEXT_IMAGES("sparse/0/images.txt", (folder, file) -> readScene(folder)),
    TEXT_POINTS("sparse/0/points3D.txt", (folder, file) -> readScene(folder)),
    TRANSFORMS("transforms.json", (folder, file) -> readScene(folder)),
    ALIGNMENT("alignment.json", (folder, file) -> AlignmentJson.read(file)),
    PLY("model.ply", (folder, file) -> ModelFormats.read(file)),
    COMPRESSED_PLY("model.compressed.ply", (folder, file) -> ModelFormats.read(file)),
    SPLAT("model.splat", (folder, file) -> ModelFormats.read(file)),
    SPZ("model.spz", (folder, file) -> ModelFormats.read(file)),
    SOG("model.sog", (folder, file) -> ModelFormats.read(file)),
    JPEG("pictures/a.jpg", FuzzTarget::readPicture),
    PNG("pictures/a.png", FuzzTarget::readPicture),
    TIFF("pictures/a.tif", FuzzTarget::readPicture),
    ZIP("archives/a.zip", FuzzTarget::unpack),
    TAR("archives/a.tar", FuzzTarget::unpack),
    TAR_GZ("archives/a.tar.gz", FuzzTarget::unpack),
    MANIFEST("batch.jsonl", (folder, file) -> readLines(file)),
    YAML("run.yaml", (folder, file) -> readYaml(file));

    private final String file;
    private final Reading reading;

    Reader(String file, Reading reading) {
      this.file = file;
      this.reading = reading;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Reader of(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** The label of all readers together: an input's first byte chooses one. */
  static final String ALL = "all";

  private static final Map<Reader, Path> FOLDERS = new EnumMap<>(Reader.class);
  private static Reader only; // null: all

  private FuzzTarget() {}

  /**
   * Jazzer calls it with the label of a reader, or {@link #ALL}. Good files are read here, so that
   * classes that load for the first time are not counted as an input's time.
   */
  public static void fuzzerInitialize(String[] args) throws IOException {
    only = args[0].equals(ALL) ? null : Reader.of(args[0]);
    for (Reader reader : only == null ? Reader.values() : new Reader[] {only}) {
      Path folder = Files.createTempDirectory("fuzz");
      good(reader, folder);
      FOLDERS.put(reader, folder);
    }
  }

  /** Jazzer calls it with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (only != null) {
      read(only, input);
    } else if (input.length > 0) {
      Reader[] all = Reader.values();
      read(all[(input[0] & 0xff) % all.length], Arrays.copyOfRange(input, 1, input.length));
    }
  }

  private static void read(Reader reader, byte[] input) throws IOException {
    Path folder = FOLDERS.get(reader);
    Path file = Files.write(folder.resolve(reader.file), input);
    try {
      reader.reading.of(folder, file);
    } catch (SceneException e) {
      if (e.verdict().whoFixes() != Verdict.WhoFixes.PHOTOGRAPHER) {
        throw e;
      }
    }
  }

  /** Jazzer calls it at the end. */
  public static void fuzzerTearDown() throws IOException {
    for (Path folder : FOLDERS.values()) {
      delete(folder);
    }
  }

  /** Content that the reader takes. */
  static byte[] good(Reader reader, Path folder) throws IOException {
    writeGood(folder, reader);
    Path file = folder.resolve(reader.file);
    reader.reading.of(folder, file);
    return Files.readAllBytes(file);
  }

  static void delete(Path root) throws IOException {
    try (Stream<Path> below = Files.walk(root)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  // Reading

  private static void readScene(Path folder) {
    SceneReader.read("scene", folder, 0.6);
  }

  private static void readPicture(Path folder, Path file) throws IOException {
    Intake intake =
        new Intake(
            HostileInputs.LIMITS,
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            HostileInputs.VIDEO);
    Manifest manifest;
    try {
      manifest = intake.check("scene", file.getParent(), folder.resolve(".made"));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!manifest.used().isEmpty()) { // later stages read it, without the check's limits
      PictureReader.read(file, HostileInputs.LIMITS.imagePixels());
    }
  }

  private static void unpack(Path folder, Path file) throws IOException {
    Path target = Files.createDirectories(folder.resolve("unpacked"));
    try {
      SceneArchive.extract("scene", file, target, HostileInputs.LIMITS);
    } finally {
      delete(target);
    }
    try (Stream<Path> beside = Files.list(folder)) {
      if (beside.count() != 1) {
        throw new IllegalStateException("Files outside of the folder");
      }
    }
  }

  private static void readLines(Path file) {
    try {
      BatchManifest.read(Location.open(file.toString(), new Configuration()), List.of());
    } catch (ConfigException e) {
      checkSentence(e);
    }
  }

  private static void readYaml(Path file) throws IOException {
    try {
      ConfigurationReader.withDefaultProfile("vanilla")
          .earlierFormat(new EarlierNames())
          .file(file)
          .read();
    } catch (ConfigException e) {
      checkSentence(e);
    }
  }

  private static void checkSentence(ConfigException e) {
    if (e.getMessage().isBlank()) {
      throw e;
    }
  }

  // Good content

  private static void writeGood(Path folder, Reader reader) throws IOException {
    Path file = folder.resolve(reader.file);
    Files.createDirectories(file.getParent());
    switch (reader) {
      case TEXT_CAMERAS, TEXT_IMAGES, TEXT_POINTS -> TinyScene.write(folder);
      case COLMAP_CAMERAS, COLMAP_IMAGES, COLMAP_POINTS -> writeBinary(folder);
      case TRANSFORMS -> {
        TinyScene.write(folder);
        delete(folder.resolve("sparse"));
        Files.writeString(file, TRANSFORMS_JSON);
      }
      case ALIGNMENT -> Files.writeString(file, ALIGNMENT_JSON);
      case PLY, COMPRESSED_PLY, SPZ, SOG ->
          ModelFormats.write(new PlyModel(Gaussians.zeros(20, 1), true), file);
      case SPLAT -> Files.write(file, new byte[32 * 20]);
      case JPEG -> {
        TestPictures.jpeg(file, 64, 48, 1);
        TestPictures.addExif(file, 6, 35);
        TestPictures.addGps(file, 50.5, -0.25, 120);
      }
      case PNG -> ImageIO.write(picture(), "png", file.toFile());
      case TIFF -> ImageIO.write(picture(), "tiff", file.toFile());
      case ZIP -> HostileInputs.zip(file, "set/photo.jpg", "set/sparse/0/cameras.txt");
      case TAR, TAR_GZ ->
          HostileInputs.tar(file, "set/photo.jpg", "set/" + "x".repeat(150) + ".txt");
      case MANIFEST -> Files.writeString(file, MANIFEST_LINES);
      case YAML -> Files.writeString(file, "profile: fast\ntrain:\n  steps: 7\n  phases: []\n");
    }
  }

  private static BufferedImage picture() {
    return new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
  }

  private static void writeBinary(Path folder) throws IOException {
    TinyScene.write(folder);
    Path model = folder.resolve("sparse/0");
    ColmapModel read = ColmapModel.read(model);
    delete(model);
    ColmapBinaryWriter.write(read, model);
  }

  private static final String TRANSFORMS_JSON =
      """
      {"camera_angle_x": 0.7, "frames": [
        {"file_path": "images/view0.png",
         "transform_matrix": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]},
        {"file_path": "images/view1.png", "fl_x": 40, "fl_y": 40, "cx": 20, "cy": 16,
         "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]}]}
      """;

  private static final String MANIFEST_LINES =
      """
      {"id": "a", "source": "s3a://b/a.zip", "priority": "high"}
      {"id": "b", "source": "b", "tenant": "acme"}
      """;

  private static final String ALIGNMENT_JSON =
      """
      {"schema_version": 1, "origin_latitude_degrees": 50.5, "origin_longitude_degrees": -0.25,
       "origin_altitude_metres": 120, "model_to_enu_scale_metres_per_unit": 2,
       "model_to_enu_rotation_wxyz": [1, 0, 0, 0], "model_to_enu_translation_metres": [0, 0, 0],
       "images_used": 9, "inliers": 9, "inlier_distance_metres": 5, "horizontal_rms_metres": 1,
       "horizontal_median_metres": 1, "vertical_rms_metres": 1, "vertical_median_metres": 1,
       "outliers": []}
      """;
}
