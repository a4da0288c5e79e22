package org.splatline.gpu.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class VideoToolTest {
  private static final long MAX_PIXELS = 1_000_000;

  @TempDir Path folder;
  private Path frames;

  @BeforeEach
  void setUp() throws IOException {
    TestVideos.needFfmpeg();
    frames = Files.createDirectory(folder.resolve("frames"));
  }

  private static VideoConfig config(int most, double spacing) {
    return new VideoConfig(most, spacing, Duration.ofMinutes(30), Duration.ofMinutes(1), 4L << 30);
  }

  private Video extract(Path video, int most, double spacing)
      throws IOException, InterruptedException {
    return new VideoTool(config(most, spacing)).extract(video, frames, MAX_PIXELS);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(frames)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<Integer> numbers() throws IOException {
    return names().stream().map(name -> Integer.parseInt(name.replaceAll("\\D", ""))).toList();
  }

  private void assertRefused(Path video, Verdict verdict, String... words) {
    assertThatThrownBy(() -> extract(video, 10, 0.02))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith(video.getFileName().toString())
        .hasMessageContainingAll(words)
        .hasMessageNotContaining(folder.toString());
  }

  /** A slow half, a second without motion, a fast half. */
  @Test
  void keepsFramesAtEvenMotion() throws Exception {
    List<TestVideos.Frame> path = new ArrayList<>();
    double x = 0;
    for (int i = 0; i < 150; i++) {
      x += i < 60 ? 2 : i < 90 ? 0 : 8;
      path.add(new TestVideos.Frame(x, 0));
    }
    Video video = extract(TestVideos.write(folder.resolve("walk.mp4"), 320, 240, path), 16, 0.001);
    assertThat(video.frames()).isEqualTo(150);
    assertThat(video.kept()).isEqualTo(16);
    assertThat(video.width()).isEqualTo(320);
    assertThat(video.tool()).startsWith("ffmpeg ");
    List<Integer> kept = numbers();
    assertThat(kept).hasSize(16);
    double step = x / 15;
    for (int i = 1; i < kept.size(); i++) {
      double moved = path.get(kept.get(i)).x() - path.get(kept.get(i - 1)).x();
      assertThat(moved).as("px between %s", kept).isBetween(0.4 * step, 1.7 * step);
    }
  }

  @Test
  void keepsTheSharpestFrameNearEachPlace() throws Exception {
    List<TestVideos.Frame> path = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      path.add(new TestVideos.Frame(4 * i, i % 3 == 1 ? 0 : 8));
    }
    extract(TestVideos.write(folder.resolve("shaky.mp4"), 320, 240, path), 10, 0.001);
    assertThat(numbers()).hasSize(10).allSatisfy(number -> assertThat(number % 3).isEqualTo(1));
  }

  @Test
  void aVideoWithoutMotionGivesOneFrame() throws Exception {
    List<TestVideos.Frame> path = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      path.add(new TestVideos.Frame(40, i == 20 ? 0 : 6));
    }
    Path video =
        TestVideos.write(
            folder.resolve("tripod.mp4"), 320, 240, path, "-vf", "noise=alls=12:allf=t");
    assertThat(extract(video, 50, 0.02).kept()).isEqualTo(1);
    assertThat(names()).containsExactly("frame_000020.jpg");
  }

  @Test
  void threeFramesAreEnoughForThreePhotographs() throws Exception {
    List<TestVideos.Frame> path =
        Stream.of(0, 20, 40).map(x -> new TestVideos.Frame(x, 0)).toList();
    extract(TestVideos.write(folder.resolve("short.mp4"), 320, 240, path), 150, 0.02);
    assertThat(numbers()).containsExactly(0, 1, 2);
  }

  @Test
  void framesOfATurnedVideoAreUpright() throws Exception {
    List<TestVideos.Frame> path =
        Stream.of(0, 20, 40, 60).map(x -> new TestVideos.Frame(x, 0)).toList();
    Path lying = TestVideos.write(folder.resolve("lying.mp4"), 320, 240, path);
    Path turned = folder.resolve("turned.mov");
    TestVideos.run(
        List.of(
            "ffmpeg",
            "-v",
            "error",
            "-i",
            lying.toString(),
            "-c",
            "copy",
            "-metadata:s:v:0",
            "rotate=90",
            turned.toString()));
    Video video = extract(turned, 10, 0.02);
    assertThat(video.width()).isEqualTo(240);
    assertThat(PictureReader.size(frames.resolve("frame_000000.jpg")))
        .isEqualTo(new PictureSize(240, 320));
  }

  @Test
  void whatIsNoVideoIsRefused() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.mp4"));
    assertRefused(empty, Verdict.UNREADABLE_IMAGES, "is not an MP4 or QuickTime video");
    Path text = Files.writeString(folder.resolve("text.mp4"), "A text, not a video.");
    assertRefused(text, Verdict.UNREADABLE_IMAGES, "is not an MP4 or QuickTime video");
    Path broken = Files.write(folder.resolve("broken.mov"), new byte[2000]);
    Files.write(broken, new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', 'q', 't', ' ', ' '});
    assertRefused(broken, Verdict.UNREADABLE_IMAGES, "cannot be read as a video");
    assertThat(names()).isEmpty();
  }

  /** Even if they start like a video: no list is followed. */
  @Test
  void aPlaylistIsNotFollowed() throws Exception {
    TestVideos.write(folder.resolve("real.mp4"), 320, 240, List.of(new TestVideos.Frame(0, 0)));
    for (String list :
        List.of(
            "ffconcat version 1.0\nfile real.mp4\n",
            "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
            "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n")) {
      Path video = Files.writeString(folder.resolve("list.mp4"), list);
      assertRefused(video, Verdict.UNREADABLE_IMAGES, "is not an MP4 or QuickTime video");
      Files.writeString(video, "\0\0\0\u0008free" + list);
      assertRefused(video, Verdict.UNREADABLE_IMAGES, "cannot be read as a video");
    }
  }

  @Test
  void aVideoThatClaimsTenHoursIsTooLarge() throws Exception {
    List<TestVideos.Frame> path = List.of(new TestVideos.Frame(0, 0), new TestVideos.Frame(9, 0));
    Path video = TestVideos.write(folder.resolve("long.mp4"), 320, 240, path, "-r", "1/18000");
    assertRefused(video, Verdict.TOO_LARGE, "at most 1800 are allowed", "input.video.longest");
  }

  @Test
  void framesWithTooManyPixelsAreRefused() throws Exception {
    Path video =
        TestVideos.write(folder.resolve("big.mp4"), 1280, 800, List.of(new TestVideos.Frame(0, 0)));
    assertRefused(video, Verdict.TOO_LARGE, "1280x800", "limits.image-pixels");
  }

  @Test
  void aCutVideoIsRefused() throws Exception {
    List<TestVideos.Frame> path = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      path.add(new TestVideos.Frame(8 * i, 0));
    }
    Path video = TestVideos.write(folder.resolve("cut.mp4"), 320, 240, path);
    byte[] bytes = Files.readAllBytes(video);
    Files.write(video, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(video, Verdict.UNREADABLE_IMAGES, "cannot be read as a video", "moov");
  }

  @Test
  void aMissingProgramIsNamedWithHowToInstallIt() throws Exception {
    Path video =
        TestVideos.write(folder.resolve("a.mp4"), 320, 240, List.of(new TestVideos.Frame(0, 0)));
    assertThatThrownBy(
            () ->
                new VideoTool("/nowhere/ffmpeg", config(10, 0.02))
                    .extract(video, frames, MAX_PIXELS))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT))
        .hasMessageContainingAll("a.mp4 is a video", "no ffmpeg", "apt-get install ffmpeg");
  }
}
