package org.splatline.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ResumableFolderTest {
  private final String name = "test-" + UUID.randomUUID();

  @Test
  void whatIsLeftIsFoundUntilTheWorkIsFinished() throws IOException {
    try (ResumableFolder folder = ResumableFolder.open(name)) {
      Files.writeString(folder.path().resolve("checkpoint"), "half");
    }
    try (ResumableFolder folder = ResumableFolder.open(name)) {
      assertThat(folder.path().resolve("checkpoint")).hasContent("half");
      folder.finished();
    }
    try (ResumableFolder folder = ResumableFolder.open(name)) {
      assertThat(folder.path()).isEmptyDirectory();
      folder.finished();
    }
  }

  @Test
  void aSecondOpenerWorksElsewhere() {
    try (ResumableFolder folder = ResumableFolder.open(name);
        ResumableFolder other = ResumableFolder.open(name)) {
      assertThat(other.path()).isNotEqualTo(folder.path()).isEmptyDirectory();
      folder.finished();
    }
  }
}
