package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.OrientationTag;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.Photograph.Status;

class IntakeTest {
  private static final int MIN_IMAGES = 3;

  @TempDir Path folder;
  @TempDir Path made;
  private final Intake intake = intake("flag");

  private static Intake intake(String rule) {
    PhotographRules.Rule of = PhotographRules.Rule.valueOf(rule.toUpperCase(Locale.ROOT));
    return new Intake(
        new LimitsConfig(
            100_000, 20, 400_000, 20, 1 << 20, 10, 8, 64L << 20, Duration.ofMinutes(5)),
        new PhotographRules(of, 0.1, of),
        HostileInputs.VIDEO);
  }

  private Manifest check() throws IOException, InterruptedException {
    return intake.check("garden", folder, made);
  }

  private Photograph only() throws Exception {
    assertThat(check().photographs()).hasSize(1);
    return check().photographs().get(0);
  }

  private void assertRefused(Verdict verdict, String... words) {
    assertThatThrownBy(() -> check().requirePhotographs(MIN_IMAGES))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ingest scene garden: ")
        .hasMessageContainingAll(words);
  }

  @Test
  void recordsPhotographWithItsExif() throws Exception {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.addExif(file, 6, 35);
    Photograph photograph = only();
    assertThat(photograph)
        .isEqualTo(
            new Photograph(
                "a.jpg",
                Files.size(file),
                photograph.sha256(),
                64,
                48,
                new Exif(6, 35, "", null, ""),
                photograph.look(),
                false,
                "",
                Status.USED,
                ""));
    assertThat(photograph.sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void usesPhotographsOfDifferentSizes() throws Exception {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.jpeg(folder.resolve("b.JPG"), 48, 64, 2);
    TestPictures.jpeg(folder.resolve("c.jpeg"), 80, 60, 3);
    Manifest manifest = check();
    manifest.requirePhotographs(MIN_IMAGES);
    assertThat(manifest.used())
        .extracting(Photograph::name, Photograph::width)
        .containsExactly(tuple("a.jpg", 64), tuple("b.JPG", 48), tuple("c.jpeg", 80));
  }

  @Test
  void refusesMissingFolder() {
    assertThatThrownBy(() -> intake.check("garden", folder.resolve("none"), made))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT))
        .hasMessageContaining("there is no folder");
  }

  @Test
  void refusesEmptyFolder() {
    assertRefused(Verdict.FEW_IMAGES, "0 readable photographs, need 3");
  }

  @Test
  void refusesOnePhotograph() throws Exception {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    assertRefused(Verdict.FEW_IMAGES, "1 readable photographs, need 3");
  }

  @Test
  void rejectsTextCalledJpg() throws Exception {
    Files.writeString(folder.resolve("note.jpg"), "I am not a picture");
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
    assertThat(only().reason()).contains("note.jpg").doesNotContain(folder.toString());
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 1 files", "note.jpg");
  }

  @Test
  void rejectsEmptyFile() throws Exception {
    Files.createFile(folder.resolve("a.jpg"));
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
  }

  @Test
  void rejectsTruncatedJpeg() throws Exception {
    TestPictures.truncate(TestPictures.jpeg(folder.resolve("a.jpg"), 200, 200, 1), 0.5);
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
    assertThat(only().width()).as("its header can be read").isEqualTo(200);
  }

  @Test
  void keepsGoodOnesBesideBadOnes() throws Exception {
    for (int i = 0; i < MIN_IMAGES; i++) {
      TestPictures.jpeg(folder.resolve(i + ".jpg"), 64, 48, i);
    }
    TestPictures.garbage(folder.resolve("bad.jpg"), 1);
    Manifest manifest = check();
    manifest.requirePhotographs(MIN_IMAGES);
    assertThat(manifest.used()).hasSize(MIN_IMAGES);
    assertThat(manifest.rejected()).extracting(Photograph::name).containsExactly("bad.jpg");
  }

  @Test
  void readsPixelsFromHeaderBeforeDecoding() throws Exception {
    TestPictures.truncate(TestPictures.jpeg(folder.resolve("a.jpg"), 1000, 101, 1), 0.5);
    assertThat(only().status()).as("damaged too, but never decoded").isEqualTo(Status.TOO_LARGE);
    assertThat(only().reason()).contains("1000 x 101", "100000", "limits.image-pixels");
    assertRefused(Verdict.TOO_LARGE, "limits.image-pixels");
  }

  @Test
  void refusesTooManyFiles() throws Exception {
    for (int i = 0; i <= 20; i++) {
      Files.createFile(folder.resolve(i + ".jpg"));
    }
    assertRefused(Verdict.TOO_LARGE, "21 files, at most 20", "limits.scene-images");
  }

  @Test
  void rejectsNamesThatToolsMisread() throws Exception {
    for (String name : List.of("-rf.jpg", "a\nb.jpg", "tab\t.jpg", " blank.jpg")) {
      TestPictures.jpeg(folder.resolve(name), 64, 48, 1);
    }
    assertThat(check().photographs())
        .hasSize(4)
        .allSatisfy(file -> assertThat(file.status()).isEqualTo(Status.BAD_NAME));
    assertRefused(Verdict.HOSTILE_INPUT, "its name");
  }

  @Test
  void skipsHiddenFilesAndFolders() throws Exception {
    Files.createFile(folder.resolve(".DS_Store"));
    Files.createDirectories(folder.resolve("thumbnails"));
    TestPictures.jpeg(folder.resolve("thumbnails/a.jpg"), 64, 48, 1);
    assertThat(check().photographs()).isEmpty();
  }

  @Test
  void looksIntoImagesFolder() throws Exception {
    Files.createDirectories(folder.resolve("images"));
    TestPictures.jpeg(folder.resolve("images/a.jpg"), 64, 48, 1);
    assertThat(only().name()).isEqualTo("a.jpg");
  }

  @Test
  void listsModelAndPicturesOfSceneThatBringsBoth() throws Exception {
    Files.createDirectories(folder.resolve("train"));
    Files.writeString(folder.resolve("transforms_train.json"), "{}");
    Files.writeString(folder.resolve("README.txt"), "hello");
    TestPictures.jpeg(folder.resolve("train/r_0.jpg"), 64, 48, 1);
    assertThat(check().photographs())
        .extracting(Photograph::name, Photograph::status)
        .containsExactly(
            tuple("train/r_0.jpg", Status.USED), tuple("transforms_train.json", Status.MODEL));
  }

  @Test
  void copiesKeptFiles() throws Exception {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.garbage(folder.resolve("b.jpg"), 1);
    Path to = folder.resolve("to");
    KeptFiles.copy(check(), folder, to);
    try (Stream<Path> copies = Files.list(to)) {
      assertThat(copies).containsExactly(to.resolve("a.jpg"));
    }
    assertThat(to.resolve("a.jpg")).hasSameBinaryContentAs(folder.resolve("a.jpg"));
  }

  @Test
  void refusesToCopyChangedFiles() throws Exception {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    Manifest manifest = check();
    TestPictures.jpeg(file, 64, 48, 2);
    assertThatThrownBy(() -> KeptFiles.copy(manifest, folder, folder.resolve("to")))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.INPUT_CHANGED))
        .hasMessageContaining("a.jpg holds other bytes");
    Files.delete(file);
    assertThatThrownBy(() -> KeptFiles.copy(manifest, folder, folder.resolve("to")))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.INPUT_CHANGED))
        .hasMessageContaining("a.jpg is gone");
  }

  @Test
  void refusesTooManyPixelsTogether() throws Exception {
    for (int i = 0; i < 5; i++) {
      TestPictures.jpeg(folder.resolve(i + ".jpg"), 300, 300, i);
    }
    assertRefused(
        Verdict.TOO_LARGE, "first 5 photographs have 450000 pixels", "limits.scene-pixels");
  }

  @Test
  void rejectsNamesThatDifferOnlyInCase() throws Exception {
    TestPictures.jpeg(folder.resolve("A.jpg"), 64, 48, 1);
    TestPictures.jpeg(folder.resolve("a.JPG"), 64, 48, 2);
    assertThat(check().photographs())
        .extracting(Photograph::name, Photograph::status)
        .containsExactly(tuple("A.jpg", Status.USED), tuple("a.JPG", Status.BAD_NAME));
  }

  @Test
  void flagsBlurredOnesAndDuplicates() throws Exception {
    for (int i = 0; i < 4; i++) {
      TestPictures.jpeg(folder.resolve(i + ".jpg"), 200, 160, i);
    }
    Files.copy(folder.resolve("1.jpg"), folder.resolve("copy.jpg"));
    TestPictures.addExif(folder.resolve("copy.jpg"), 1, 35);
    TestPictures.blur(folder.resolve("2.jpg"), folder.resolve("shaken.jpg"));
    assertThat(check().photographs())
        .filteredOn(photograph -> photograph.blurred() || !photograph.duplicateOf().isEmpty())
        .extracting(Photograph::name, Photograph::blurred, Photograph::status)
        .contains(tuple("copy.jpg", false, Status.USED), tuple("shaken.jpg", true, Status.USED))
        .hasSize(2);

    Manifest dropped = intake("drop").check("garden", folder, made);

    assertThat(dropped.rejected())
        .extracting(Photograph::name, Photograph::status)
        .containsExactly(tuple("copy.jpg", Status.DUPLICATE), tuple("shaken.jpg", Status.BLURRED));
    assertThat(dropped.rejected())
        .extracting(Photograph::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).isEqualTo("it looks like 1.jpg"),
            reason -> assertThat(reason).startsWith("it is blurred: its sharpness is "));
  }

  @Test
  void usesTheSameBytesOnce() throws Exception {
    TestPictures.jpeg(folder.resolve("00.jpg"), 64, 48, 1);
    for (int i = 1; i < 12; i++) {
      Files.copy(folder.resolve("00.jpg"), folder.resolve("%02d.jpg".formatted(i)));
    }
    assertRefused(
        Verdict.FEW_IMAGES,
        "1 readable photographs and 11 files that cannot be used",
        "01.jpg: it holds the same bytes as 00.jpg");
  }

  @Test
  void usesMasksThatAreAlike() throws Exception {
    Files.createDirectories(folder.resolve("sparse/0"));
    Files.createDirectories(folder.resolve("masks"));
    TestPictures.jpeg(folder.resolve("masks/0.jpg"), 64, 48, 1);
    Files.copy(folder.resolve("masks/0.jpg"), folder.resolve("masks/1.jpg"));
    assertThat(check().used()).hasSize(2);
  }

  @Test
  void rejectsJpegOfManyScans() throws Exception {
    Path file = folder.resolve("a.jpg");
    Files.write(file, HostileInputs.manyScans(HostileInputs.noise(64, 48, 1), 30));
    assertThat(only().status()).isEqualTo(Status.TOO_LARGE);
    assertThat(only().reason()).contains("scans, at most limits.jpeg-scans, 8, are allowed");
  }

  /** 25 scans of a picture of 200 megapixels would take half a minute. */
  @Test
  void rejectsLargeJpegOfSomeScans() throws Exception {
    Photograph photograph =
        seen(64 * 48, HostileInputs.manyScans(HostileInputs.noise(64, 48, 1), 10)); // 19 scans
    assertThat(photograph.status()).isEqualTo(Status.TOO_LARGE);
    assertThat(photograph.reason())
        .endsWith(" pixels together, at most 12 times limits.image-pixels, 3072, are allowed");
  }

  /** A decoder keeps all coefficients until the last scan, outside of Java's heap. */
  @Test
  void rejectsScansThatTakeMuchMemory() throws Exception {
    BufferedImage plain = new BufferedImage(2000, 1500, BufferedImage.TYPE_INT_RGB);
    Photograph photograph = seen(3_000_000, HostileInputs.manyScans(plain, 1));
    assertThat(photograph.status()).isEqualTo(Status.TOO_LARGE);
    assertThat(photograph.reason())
        .isEqualTo(
            "decoding its 10 scans takes 8.6 MiB beside the picture, at most a quarter of limits.ingest-memory, 8.0 MiB, is allowed. Store it with one scan");
    ByteArrayOutputStream oneScan = new ByteArrayOutputStream();
    ImageIO.write(plain, "jpeg", oneScan);
    assertThat(seen(3_000_000, oneScan.toByteArray()).status()).isEqualTo(Status.USED);
  }

  private Photograph seen(long pixels, byte[] jpeg) throws Exception {
    Files.write(folder.resolve("a.jpg"), jpeg);
    LimitsConfig limits =
        new LimitsConfig(
            pixels, 20, 4_000_000, 20, 1 << 20, 10, 100, 32L << 20, Duration.ofMinutes(5));
    PhotographRules rules =
        new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG);
    return new Intake(limits, rules, HostileInputs.VIDEO)
        .check("garden", folder, made)
        .photographs()
        .get(0);
  }

  @Test
  void looksIntoFramesFolder() throws Exception {
    Files.createDirectories(folder.resolve("frames"));
    TestPictures.jpeg(folder.resolve("frames/0001.jpg"), 64, 48, 1);
    assertThat(only().name()).isEqualTo("0001.jpg");
    assertThat(check().frames()).isTrue();
  }

  @Test
  void readsWhereAndWhenAPhotographWasTaken() throws Exception {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.addGps(file, 50.5, -0.25, 120);
    assertThat(only().exif().position()).isEqualTo(new Exif.Position(50.5, -0.25, 120.0));
    TestPictures.jpeg(file, 64, 48, 1);
    TestPictures.addGps(file, 0, 0, 0);
    assertThat(only().exif().position()).as("what a camera without a fix writes").isNull();
  }

  @Test
  void survivesExifThatLoops() throws Exception {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.addLoopingExif(file);
    assertThat(only().status()).isEqualTo(Status.USED);
    assertThat(only().exif().orientation()).isEqualTo(1);
  }

  @Test
  void hidesOrientationFromColmap() throws Exception {
    TestPictures.addExif(TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1), 6, 35);
    TestPictures.addGps(TestPictures.jpeg(folder.resolve("b.jpg"), 64, 48, 2), 50, 1, 10);
    Path to = folder.resolve("to");
    Manifest manifest = check();
    KeptFiles.copyForColmap(manifest, folder, to);
    assertThat(Exif.of(to.resolve("a.jpg"))).isEqualTo(new Exif(1, 35, "", null, ""));
    for (String name : List.of("a.jpg", "b.jpg")) {
      assertThat(PictureReader.read(to.resolve(name)).pixels())
          .isEqualTo(PictureReader.read(folder.resolve(name)).pixels());
    }
    assertThat(Exif.of(to.resolve("b.jpg"))).isEqualTo(Exif.of(folder.resolve("b.jpg")));
  }

  @Test
  void leavesExifThatLoopsAsItIs() throws Exception {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.addLoopingExif(file);
    byte[] given = Files.readAllBytes(file);
    OrientationTag.setUpright(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(given);
  }
}
