package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

class PhotographCountTest {
  @TempDir Path folder;

  private void write(String path, int bytes) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.write(folder.resolve(path), new byte[bytes]);
  }

  private PhotographCount count(String scene, String refusal) {
    Place place = Place.local(folder.resolve(scene));
    return PhotographCount.of(
        new SceneSource("run", scene, place, ScenePriority.NORMAL, "", refusal),
        Location.open(place, new Configuration()),
        150);
  }

  private PhotographCount count(String scene) {
    return count(scene, "");
  }

  @Test
  void photographsAreCountedWhereIngestLooksForThem() throws IOException {
    write("plain/a.jpg", 1);
    write("plain/B.JPEG", 1);
    write("plain/._a.jpg", 1);
    write("plain/notes.txt", 1);
    write("plain/below/c.jpg", 1);
    write("colmap/images/a/1.png", 1);
    write("colmap/images/a/2.png", 1);
    write("colmap/sparse/0/cameras.bin", 1);
    write("colmap/preview.jpg", 1);
    write("frames/frames/1.heic", 1);
    assertThat(count("plain")).isEqualTo(new PhotographCount(2, false));
    assertThat(count("colmap")).isEqualTo(new PhotographCount(2, false));
    assertThat(count("frames")).isEqualTo(new PhotographCount(1, false));
  }

  @Test
  void archivesAndVideosAreEstimated() throws IOException {
    write("house.zip", 10_000_001);
    write("walk.mp4", 1);
    write("drone/flight.mov", 1);
    write("drone/flight.srt", 1);
    assertThat(count("house.zip")).isEqualTo(new PhotographCount(2, true));
    assertThat(count("walk.mp4")).isEqualTo(new PhotographCount(150, true));
    assertThat(count("drone")).isEqualTo(new PhotographCount(150, true));
  }

  @Test
  void whatIsAbsentOrRefusedHasNone() throws IOException {
    write("there/a.jpg", 1);
    assertThat(count("nowhere")).isEqualTo(new PhotographCount(0, false));
    assertThat(count("nowhere.zip").photographs()).isZero();
    assertThat(count("there", "it is somebody else's").photographs()).isZero();
  }
}
