package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.run.TinyScene;

/**
 * Gives the readers of uploaded files good files with some bytes changed, cut, doubled or swapped.
 * Each reader either reads them or throws a {@link SceneException}, soon and within bounded memory.
 *
 * <p>{@code -Dsplatline.fuzz.seed=7 -Dsplatline.fuzz.time=PT10M} tests other cases and more of
 * them. A failure names its seed and keeps its file.
 */
class ReaderFuzzTest {
  private static final long SEED = Long.getLong("splatline.fuzz.seed", 1);
  private static final Duration TIME =
      Duration.parse(System.getProperty("splatline.fuzz.time", "PT1S")); // for each reader
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final long MOST_BYTES = 256L << 20; // allocated during one reading
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;
  private Path scene;

  @BeforeEach
  void writeScene() throws IOException {
    scene = folder.resolve("scene");
    TinyScene.write(scene);
  }

  private interface Reading {
    void of(Path file) throws IOException;
  }

  private void fuzz(Path file, Reading reading) throws IOException {
    reading.of(file); // the unchanged file is good
    byte[] good = Files.readAllBytes(file);
    long end = System.nanoTime() + TIME.toNanos();
    int cases = 0;
    int refused = 0;
    for (long seed = SEED; System.nanoTime() < end; seed++, cases++) {
      Files.write(file, mutated(good, new Random(seed)));
      refused += read(file, seed, reading) ? 0 : 1;
    }
    assertThat(cases).as("cases in %s", TIME).isPositive();
    assertThat(refused).as("refused of %s cases", cases).isPositive();
  }

  /** Whether it was read. */
  private boolean read(Path file, long seed, Reading reading) throws IOException {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    boolean isRead = false;
    try {
      reading.of(file);
      isRead = true;
    } catch (SceneException e) {
      assertThat(e).hasMessageContaining("Cannot ");
    } catch (Throwable e) { // any other exception is our fault
      fail("seed %d, kept as %s".formatted(seed, kept(file, seed)), e);
    }
    if (System.nanoTime() - start > SLOW.toNanos()
        || THREADS.getCurrentThreadAllocatedBytes() - bytes > MOST_BYTES) {
      fail(
          "seed %d took %d ms and %d MiB, kept as %s"
              .formatted(
                  seed,
                  (System.nanoTime() - start) / 1_000_000,
                  (THREADS.getCurrentThreadAllocatedBytes() - bytes) >> 20,
                  kept(file, seed)));
    }
    return isRead;
  }

  private static Path kept(Path file, long seed) throws IOException {
    Path kept = Path.of("target", "fuzz-" + seed + "-" + file.getFileName());
    return Files.write(kept, Files.readAllBytes(file)).toAbsolutePath();
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 8; i--) {
      int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 512) : bytes.length);
      int length = Math.min(1 + random.nextInt(8), bytes.length - at);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0));
        case 2 -> random.ints(length).forEach(new Overwriting(bytes, at)::next);
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 4 -> bytes = joined(Arrays.copyOf(bytes, at), tail(bytes, at + length));
        default -> bytes = joined(Arrays.copyOf(bytes, at + length), tail(bytes, at));
      }
    }
    return bytes;
  }

  private static final class Overwriting {
    private final byte[] bytes;
    private int at;

    Overwriting(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    void next(int value) {
      bytes[at++] = (byte) value;
    }
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  // Photographs

  private void fuzzPictures(Path file) throws IOException {
    Intake intake =
        new Intake(
            HostileInputs.LIMITS,
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            HostileInputs.VIDEO);
    fuzz(
        file,
        mutated -> {
          check(intake, file.getParent());
          PictureReader.read(mutated, HostileInputs.LIMITS.imagePixels());
        });
  }

  private static void check(Intake intake, Path folder) throws IOException {
    try {
      intake.check("scene", folder, folder.resolve(".made"));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path picture(String name) throws IOException {
    return Files.createDirectories(folder.resolve("pictures")).resolve(name);
  }

  @Test
  void jpegWithExif() throws IOException {
    Path file = TestPictures.jpeg(picture("a.jpg"), 64, 48, 1);
    TestPictures.addExif(file, 6, 35);
    TestPictures.addGps(file, 50.5, -0.25, 120);
    fuzzPictures(file);
  }

  @Test
  void otherPictures() throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (String format : List.of("png", "tiff", "bmp", "gif")) {
      Path file = picture(format).resolve("a." + format);
      Files.createDirectories(file.getParent());
      assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
      fuzzPictures(file);
    }
  }

  // Archives

  private void fuzzArchive(Path file) throws IOException {
    List<Path> targets = new ArrayList<>();
    fuzz(
        file,
        mutated -> {
          Path target = folder.resolve("unpacked-" + targets.size());
          targets.add(Files.createDirectories(target));
          try {
            SceneArchive.extract("scene", mutated, target, HostileInputs.LIMITS);
          } finally {
            delete(target);
          }
        });
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside).containsExactlyInAnyOrder(scene, folder.resolve("archives"));
    }
  }

  private static void delete(Path target) throws IOException {
    try (Stream<Path> below = Files.walk(target)) {
      for (Path path : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Path archive(String name) throws IOException {
    return Files.createDirectories(folder.resolve("archives")).resolve(name);
  }

  @Test
  void zip() throws IOException {
    Path file = archive("a.zip");
    HostileInputs.zip(file, "set/photo.jpg", "set/notes.txt", "set/sparse/0/cameras.txt");
    fuzzArchive(file);
  }

  @Test
  void tars() throws IOException {
    for (String name : List.of("a.tar", "a.tar.gz")) {
      Path file = archive(name);
      HostileInputs.tar(file, "set/photo.jpg", "set/" + "x".repeat(150) + ".txt");
      fuzzArchive(file);
    }
  }

  // Models

  @Test
  void colmapText() throws IOException {
    for (String name : List.of("cameras.txt", "images.txt", "points3D.txt")) {
      Path file = scene.resolve("sparse/0").resolve(name);
      byte[] good = Files.readAllBytes(file);
      fuzz(file, mutated -> SceneReader.read("scene", scene, 0.6));
      Files.write(file, good);
    }
  }

  @Test
  void colmapBinary() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    ColmapBinaryWriter.write(ColmapModel.read(scene.resolve("sparse/0")), model);
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      Path file = model.resolve(name);
      byte[] good = Files.readAllBytes(file);
      fuzz(file, mutated -> ColmapModel.read(model).statistics());
      Files.write(file, good);
    }
  }

  @Test
  void ply() throws IOException {
    Path file = folder.resolve("model.ply");
    PlyFormat.write(new PlyModel(Gaussians.zeros(20, 1), true), file);
    fuzz(file, PlyFormat::read);
  }

  @Test
  void otherModels() throws IOException {
    for (String format : List.of("ply", "compressed.ply")) {
      Path file = folder.resolve("other." + format);
      ModelFormats.write(new PlyModel(Gaussians.zeros(300, 1), true), file);
      fuzz(file, ModelFormats::read);
    }
  }

  @Test
  void splat() throws IOException {
    fuzz(Files.write(folder.resolve("model.splat"), new byte[32 * 20]), ModelFormats::read);
  }

  @Test
  void transforms() throws IOException {
    delete(scene.resolve("sparse"));
    Path file =
        Files.writeString(
            scene.resolve("transforms.json"),
            """
            {"camera_angle_x": 0.7, "frames": [
              {"file_path": "images/view0.png",
               "transform_matrix": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]},
              {"file_path": "images/view1.png", "fl_x": 40, "fl_y": 40, "cx": 20, "cy": 16,
               "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]]}]}
            """,
            UTF_8);
    fuzz(file, mutated -> SceneReader.read("scene", scene, 0.6));
  }
}
