package org.splatline.pipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.ingest.Photograph.Status;

class PhotographsTest {
  private static final int MIN_IMAGES = 3;

  @TempDir Path folder;
  private final Photographs photographs = new Photographs(new LimitsConfig(100_000, 20));

  private Manifest probe() throws IOException {
    return photographs.probe("garden", folder);
  }

  private Photograph only() throws IOException {
    assertThat(probe().photographs()).hasSize(1);
    return probe().photographs().get(0);
  }

  private void assertRefused(Verdict verdict, String... words) {
    assertThatThrownBy(() -> probe().requirePhotographs(MIN_IMAGES))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ingest scene garden: ")
        .hasMessageContainingAll(words);
  }

  @Test
  void recordsPhotographWithItsExif() throws IOException {
    Path file = TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.addExif(file, 6, 35);
    Photograph photograph = only();
    assertThat(photograph)
        .isEqualTo(
            new Photograph(
                "a.jpg", Files.size(file), photograph.sha256(), 64, 48, 6, 35, Status.USED, ""));
    assertThat(photograph.sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void takesPhotographsOfDifferentSizes() throws IOException {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.jpeg(folder.resolve("b.JPG"), 48, 64, 2);
    TestPictures.jpeg(folder.resolve("c.jpeg"), 80, 60, 3);
    Manifest manifest = probe();
    manifest.requirePhotographs(MIN_IMAGES);
    assertThat(manifest.used())
        .extracting(Photograph::name, Photograph::width)
        .containsExactly(tuple("a.jpg", 64), tuple("b.JPG", 48), tuple("c.jpeg", 80));
  }

  @Test
  void refusesMissingFolder() {
    assertThatThrownBy(() -> photographs.probe("garden", folder.resolve("none")))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT))
        .hasMessageContaining("there is no folder");
  }

  @Test
  void refusesEmptyFolder() {
    assertRefused(Verdict.FEW_IMAGES, "0 readable photographs, need 3");
  }

  @Test
  void refusesOnePhotograph() throws IOException {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    assertRefused(Verdict.FEW_IMAGES, "1 readable photographs, need 3");
  }

  @Test
  void leavesOutTextCalledJpg() throws IOException {
    Files.writeString(folder.resolve("note.jpg"), "I am not a picture");
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
    assertThat(only().reason()).contains("note.jpg").doesNotContain(folder.toString());
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 1 files", "note.jpg");
  }

  @Test
  void leavesOutEmptyFile() throws IOException {
    Files.createFile(folder.resolve("a.jpg"));
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
  }

  @Test
  void leavesOutTruncatedJpeg() throws IOException {
    TestPictures.truncate(TestPictures.jpeg(folder.resolve("a.jpg"), 200, 200, 1), 0.5);
    assertThat(only().status()).isEqualTo(Status.UNREADABLE);
    assertThat(only().width()).as("its header can be read").isEqualTo(200);
  }

  @Test
  void keepsGoodOnesBesideBadOnes() throws IOException {
    for (int i = 0; i < MIN_IMAGES; i++) {
      TestPictures.jpeg(folder.resolve(i + ".jpg"), 64, 48, i);
    }
    TestPictures.garbage(folder.resolve("bad.jpg"), 1);
    Manifest manifest = probe();
    manifest.requirePhotographs(MIN_IMAGES);
    assertThat(manifest.used()).hasSize(MIN_IMAGES);
    assertThat(manifest.rejected()).extracting(Photograph::name).containsExactly("bad.jpg");
  }

  @Test
  void readsPixelsFromHeaderBeforeDecoding() throws IOException {
    TestPictures.truncate(TestPictures.jpeg(folder.resolve("a.jpg"), 1000, 101, 1), 0.5);
    assertThat(only().status()).as("damaged, too, but never decoded").isEqualTo(Status.TOO_LARGE);
    assertThat(only().reason()).contains("1000 x 101", "100000", "limits.image-pixels");
    assertRefused(Verdict.TOO_LARGE, "limits.image-pixels");
  }

  @Test
  void refusesTooManyFiles() throws IOException {
    for (int i = 0; i <= 20; i++) {
      Files.createFile(folder.resolve(i + ".jpg"));
    }
    assertRefused(Verdict.TOO_LARGE, "21 files, at most 20", "limits.scene-images");
  }

  @Test
  void leavesOutNamesThatToolsMisread() throws IOException {
    for (String name : List.of("-rf.jpg", "a\nb.jpg", "tab\t.jpg", " blank.jpg")) {
      TestPictures.jpeg(folder.resolve(name), 64, 48, 1);
    }
    assertThat(probe().photographs())
        .hasSize(4)
        .allSatisfy(file -> assertThat(file.status()).isEqualTo(Status.BAD_NAME));
    assertRefused(Verdict.UNREADABLE_IMAGES, "its name");
  }

  @Test
  void passesOverHiddenFilesAndFolders() throws IOException {
    Files.createFile(folder.resolve(".DS_Store"));
    Files.createDirectories(folder.resolve("thumbnails"));
    TestPictures.jpeg(folder.resolve("thumbnails/a.jpg"), 64, 48, 1);
    assertThat(probe().photographs()).isEmpty();
  }

  @Test
  void looksIntoImagesFolder() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    TestPictures.jpeg(folder.resolve("images/a.jpg"), 64, 48, 1);
    assertThat(only().name()).isEqualTo("a.jpg");
  }

  @Test
  void listsModelAndPicturesOfSceneThatBringsBoth() throws IOException {
    Files.createDirectories(folder.resolve("train"));
    Files.writeString(folder.resolve("transforms_train.json"), "{}");
    Files.writeString(folder.resolve("README.txt"), "hello");
    TestPictures.jpeg(folder.resolve("train/r_0.jpg"), 64, 48, 1);
    assertThat(probe().photographs())
        .extracting(Photograph::name, Photograph::status)
        .containsExactly(
            tuple("train/r_0.jpg", Status.USED), tuple("transforms_train.json", Status.MODEL));
  }

  @Test
  void copiesUsedOnes() throws IOException {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.garbage(folder.resolve("b.jpg"), 1);
    Path to = folder.resolve("to");
    Photographs.copyUsed(probe(), folder, to);
    try (Stream<Path> copies = Files.list(to)) {
      assertThat(copies).containsExactly(to.resolve("a.jpg"));
    }
    assertThat(to.resolve("a.jpg")).hasSameBinaryContentAs(folder.resolve("a.jpg"));
  }
}
