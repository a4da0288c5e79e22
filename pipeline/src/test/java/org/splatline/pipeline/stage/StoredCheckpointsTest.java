package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.store.Location;

class StoredCheckpointsTest {
  @TempDir Path folder;

  private StoredCheckpoints open() {
    return new StoredCheckpoints(Location.open(folder.toString(), new Configuration()), 1);
  }

  @Test
  void resumesAreCountedOverAllTriesOfATraining() throws IOException {
    assertThat(open().countResume()).isEqualTo(1);
    open().keep(Files.createFile(folder.resolve("step-000100.ckpt")));
    open().keep(Files.createFile(folder.resolve("step-000200.ckpt")));
    assertThat(folder.resolve("step-000100.ckpt")).as("only the newest is kept").doesNotExist();
    assertThat(open().countResume()).as("on another executor").isEqualTo(2);
    open().delete();
    assertThat(open().countResume()).as("of the next training").isEqualTo(1);
  }

  @Test
  void aDamagedCountEndsNoTraining() throws IOException {
    Files.writeString(folder.resolve("RESUMES.json"), "no JSON");
    assertThat(open().countResume()).isEqualTo(1);
  }
}
