package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a local store holds after a power cut, at any moment, on a disk that keeps only what was
 * synced.
 */
class PowerCutTest {
  private static final byte[] CONTENT = "{\"scene_runs\": []}".getBytes(UTF_8);

  @TempDir Path folder;
  private final List<Map<String, byte[]>> moments = new ArrayList<>();
  private PowerCutDisk disk;
  private RunFolder run;

  @BeforeEach
  void open() {
    disk = new PowerCutDisk(folder, () -> moments.add(disk.afterPowerCut()));
    run = new RunFolder(new LocalLocation(disk.folder()).at("store/runs/monday"));
  }

  @Test
  void aPublishedResultIsWholeOrAbsentAndThenThere() {
    assertThat(run.publish("garden", CONTENT)).isTrue();
    assertWholeOrAbsent("store/runs/monday/scenes/garden/RESULT.json");
    assertThat(run.publish("garden", "{}".getBytes(UTF_8))).isFalse();
    assertWholeOrAbsent("store/runs/monday/scenes/garden/RESULT.json");
  }

  @Test
  void aGroupIsWholeOrAbsentAndThenThere() {
    assertThat(run.createGroup(1, CONTENT)).isTrue();
    assertThat(run.createGroup(2, CONTENT)).isTrue();
    assertWholeOrAbsent("store/runs/monday/commits/1.json");
    assertWholeOrAbsent("store/runs/monday/commits/2.json");
  }

  @Test
  void aFileThatIsReplacedIsTheOldOneOrTheNewOne() {
    run.writeStatus("{}".getBytes(UTF_8));
    moments.clear();
    run.writeStatus(CONTENT);
    assertThat(moments)
        .extracting(files -> new String(files.get("store/runs/monday/STATUS.json"), UTF_8))
        .containsOnly("{}", new String(CONTENT, UTF_8));
    assertWholeAtTheEnd("store/runs/monday/STATUS.json");
  }

  @Test
  void anAttemptsFilesAreThereWhenItIsPublished() {
    int attempt = run.startAttempt("garden");
    run.attempt("garden", attempt).write("model.ply", CONTENT);
    run.publish("garden", "{}".getBytes(UTF_8));
    assertWholeAtTheEnd("store/runs/monday/scenes/garden/attempts/1/model.ply");
  }

  private void assertWholeOrAbsent(String path) {
    assertThat(moments)
        .isNotEmpty()
        .allSatisfy(
            files -> {
              if (files.containsKey(path)) {
                assertThat(files.get(path)).isEqualTo(CONTENT);
              }
            });
    assertWholeAtTheEnd(path);
  }

  private void assertWholeAtTheEnd(String path) {
    assertThat(disk.afterPowerCut()).containsKey(path);
    assertThat(disk.afterPowerCut().get(path)).isEqualTo(CONTENT);
  }
}
