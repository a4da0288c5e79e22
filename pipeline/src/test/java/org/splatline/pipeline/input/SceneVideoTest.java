package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.Photograph.Status;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;

/** Scenes that are a video, and HEIC photographs, with the programs of this host. */
class SceneVideoTest {
  @TempDir Path folder;
  @TempDir Path made;

  private static void need(String program, String packages) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(part -> Files.isExecutable(Path.of(part, program))),
        program + " is missing: apt-get install " + packages);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** A video of 2 s whose pattern moves. */
  private Path video(String name) throws Exception {
    need("ffmpeg", "ffmpeg");
    Path file = folder.resolve(name);
    run(
        ("ffmpeg -v error -f lavfi -i mandelbrot=size=320x240:rate=10:start_scale=1:end_scale=0.1:end_pts=20"
                + " -t 2 -pix_fmt yuv420p "
                + file)
            .split(" "));
    return file;
  }

  private Path heic(String name, int orientation) throws Exception {
    need("heif-enc", "libheif-examples");
    Path jpeg = TestPictures.jpeg(folder.resolve("photo.jpg"), 64, 48, 1);
    if (orientation > 0) {
      TestPictures.addExif(jpeg, orientation, 35);
    } else {
      TestPictures.addGps(jpeg, 47.5, 8.25, 430);
    }
    Path file = folder.resolve(name);
    run("heif-enc", "-q", "90", "-o", file.toString(), jpeg.toString());
    Files.delete(jpeg);
    return file;
  }

  private Manifest check() throws Exception {
    PhotographRules.Rule flag = PhotographRules.Rule.FLAG;
    return new Intake(
            HostileInputs.LIMITS, new PhotographRules(flag, 0.1, flag), HostileInputs.VIDEO)
        .check("walk", folder, made);
  }

  @Test
  void framesOfAVideoAreItsPhotographs() throws Exception {
    video("walk.mp4");
    Files.writeString(folder.resolve("walk.srt"), "a drone's subtitles");
    Manifest manifest = check();
    assertThat(manifest.frames()).isTrue();
    assertThat(manifest.used()).hasSizeBetween(3, 20).isEqualTo(manifest.photographs());
    assertThat(manifest.used())
        .allSatisfy(
            frame -> {
              assertThat(frame.name()).matches("frame_\\d{6}\\.jpg");
              assertThat(frame.width()).isEqualTo(320);
              assertThat(frame.sha256()).isEqualTo(Sha256.of(made.resolve(frame.name())));
            });
    assertThat(manifest.video().frames()).isEqualTo(20);
    assertThat(manifest.video().kept()).isEqualTo(manifest.used().size());
    assertThat(manifest.video().tool()).startsWith("ffmpeg ");
    assertThat(manifest.partMade().photographs()).isEqualTo(manifest.photographs());
    assertThat(manifest.partUploaded().photographs()).isEmpty();
    assertThat(Manifest.fromJson(manifest.toJson())).isEqualTo(manifest);
  }

  @Test
  void photographsCountMoreThanAVideoBesideThem() throws Exception {
    video("walk.mp4");
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    Manifest manifest = check();
    assertThat(manifest.video()).isNull();
    assertThat(manifest.used()).hasSize(1);
    assertThat(manifest.rejected().get(0).reason())
        .contains("it is a video", "give it a folder of its own");
  }

  @Test
  void aSceneIsOneVideo() throws Exception {
    Files.copy(video("a.mp4"), folder.resolve("b.MOV"));
    assertRefused(Verdict.UNSUPPORTED_INPUT, "it has 2 videos", "give each a folder of its own");
  }

  @Test
  void aTextCalledMp4IsRefusedWithItsName() throws Exception {
    need("ffmpeg", "ffmpeg");
    Files.writeString(folder.resolve("walk.mp4"), "#EXTM3U\nfile:///etc/passwd\n");
    assertRefused(Verdict.UNREADABLE_IMAGES, "walk.mp4 is not an MP4 or QuickTime video");
    assertThat(made).isEmptyDirectory();
  }

  /** A verdict on the video: it is not tried again, and does not stop a run. */
  @Test
  void aVideoThatTakesTooLongIsTooLarge() throws Exception {
    video("walk.mp4");
    VideoConfig impatient =
        new VideoConfig(150, 0.02, Duration.ofMinutes(30), Duration.ofMillis(1), 4L << 30);
    PhotographRules.Rule flag = PhotographRules.Rule.FLAG;
    Intake intake =
        new Intake(HostileInputs.LIMITS, new PhotographRules(flag, 0.1, flag), impatient);
    assertThatThrownBy(() -> intake.check("walk", folder, made))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> {
              assertThat(e.verdict()).isEqualTo(Verdict.TOO_LARGE);
              assertThat(e.verdict().retryable()).isFalse();
            })
        .hasMessageStartingWith("Cannot ingest scene walk: walk.mp4 takes ffmpeg longer than 0 s. ")
        .hasMessageContaining("raise input.video.timeout");
  }

  private void assertRefused(Verdict verdict, String... words) {
    assertThatThrownBy(this::check)
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ingest scene walk: ")
        .hasMessageContainingAll(words);
  }

  @Test
  void aVideoWithoutMotionSaysWhatToFilm() throws Exception {
    need("ffmpeg", "ffmpeg");
    run(
        ("ffmpeg -v error -f lavfi -i smptebars=size=320x240:rate=10 -t 1 -pix_fmt yuv420p "
                + folder.resolve("still.mp4"))
            .split(" "));
    Manifest manifest = check();
    assertThatThrownBy(() -> manifest.requirePhotographs(3))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.FEW_IMAGES))
        .hasMessageContainingAll("its video still.mp4 shows motion enough for 1", "walk around");
  }

  @Test
  void aVideoAloneOrInAnArchiveIsFetchedAsAFolder() throws Exception {
    Path uploads = Files.createDirectory(folder.resolve("uploads"));
    Path video = Files.writeString(uploads.resolve("walk.MOV"), "a video");
    try (OutputStream out = Files.newOutputStream(uploads.resolve("other.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("phone/clip.mp4"));
      zip.write(Files.readAllBytes(video));
    }
    List<String> fetched = new ArrayList<>();
    for (String name : List.of("walk.MOV", "other.zip")) {
      SceneInput input =
          new SceneInput(name, Location.open(uploads.resolve(name).toString(), hadoop()));
      assertThat(SceneInput.mayNeedMediaTools(input.files())).isTrue();
      try (SceneInput.Upload upload = input.fetch(HostileInputs.LIMITS);
          LocalFolder unpacked = LocalFolder.temporary("unpacked")) {
        Path scene = upload.path();
        if (!Files.isDirectory(scene)) {
          SceneArchive.extract(name, scene, unpacked.path(), HostileInputs.LIMITS);
          scene = unpacked.path();
        }
        fetched.addAll(SceneFolder.of(scene).files());
      }
    }
    assertThat(fetched).containsExactly("walk.MOV", "clip.mp4");
  }

  private static Configuration hadoop() {
    return new Configuration();
  }

  /** HEIC says in its own way how it is turned, so EXIF's orientation does not count. */
  @Test
  void aHeicPhotographIsUsedAsJpegWithItsExif() throws Exception {
    Path file = heic("IMG_1.HEIC", 6);
    assertThat(file).exists();
    Manifest manifest = check();
    Photograph photograph = manifest.photographs().get(0);
    assertThat(photograph.status()).as(photograph.reason()).isEqualTo(Status.USED);
    assertThat(photograph.name()).isEqualTo("IMG_1.HEIC.jpg");
    assertThat(photograph.exif().focalLengthMm()).isEqualTo(35);
    assertThat(photograph.exif().orientation()).isEqualTo(Exif.ABSENT.orientation());
    assertThat(List.of(photograph.width(), photograph.height())).containsExactly(64, 48);
    assertThat(manifest.made()).containsEntry("IMG_1.HEIC.jpg", "IMG_1.HEIC");
  }

  @Test
  void aHeicPhotographKeepsItsPlace() throws Exception {
    heic("IMG_2.heic", 0);
    Exif.Position position = check().photographs().get(0).exif().position();
    assertThat(position.latitude()).isEqualTo(47.5);
    assertThat(position.longitude()).isEqualTo(8.25);
  }

  @Test
  void aDamagedHeicPhotographIsUnreadable() throws Exception {
    TestPictures.truncate(heic("IMG_3.heic", 6), 0.5);
    Photograph photograph = check().photographs().get(0);
    assertThat(photograph.status()).isEqualTo(Status.UNREADABLE);
    assertThat(photograph.reason()).contains("libheif").doesNotContain(folder.toString());
  }
}
