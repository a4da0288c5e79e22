package org.splatline.pipeline.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.Rows;

class SceneResultTest {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0};
  private static final byte[] SPZ_4 = "NGSP".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private void write(String file, byte[] content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
  }

  private void metrics(String place, String run) throws IOException {
    String json = "{\"run_id\":\"%s\",\"attempt\":2}".formatted(run);
    write(place + "/metrics.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private Location at(String path) {
    return Location.open(folder.resolve(path).toString(), new Configuration());
  }

  private Optional<SceneResult> open() {
    return SceneResult.open(
        at("results"), () -> at("attempt"), Rows.trained("tuesday", "studio", 30));
  }

  private String model() {
    return open().orElseThrow().model().map(StoredFile::path).orElse("none");
  }

  @Test
  void theViewerGetsTheSmallestFileThatItReads() throws IOException {
    metrics("results/studio", "tuesday");
    assertThat(model()).isEqualTo("none");
    write("results/studio/model.ply", new byte[9]);
    assertThat(model()).isEqualTo("model.ply");
    write("results/studio/model.spz", SPZ_4);
    assertThat(model()).as("version 4 is no gzip").isEqualTo("model.ply");
    write("results/studio/model.spz", GZIP);
    assertThat(model()).isEqualTo("model.spz");
    write("results/studio/model.sog", new byte[1]);
    assertThat(model()).isEqualTo("model.sog");
  }

  @Test
  void resultsOfAnotherRunAreNotThisRuns() throws IOException {
    metrics("results/studio", "wednesday");
    write("results/studio/model.sog", new byte[1]);
    write("attempt/model.ply", new byte[1]);
    assertThat(model()).isEqualTo("model.ply");
    assertThat(SceneResult.open(at("results"), () -> at("attempt"), Rows.refused("tuesday", "x")))
        .isEmpty();
  }

  @Test
  void manyPointsAreThinnedOut() {
    int n = 120_000;
    double[] positions = new double[3 * n];
    PointsFile file =
        PointsFile.of(new ColmapPoints(positions, new byte[3 * n], new double[n], new int[n]));
    assertThat(file.count()).isEqualTo(50_000);
    assertThat(file.bytes()).hasSize(750_000);
  }
}
