package org.splatline.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;

class LocalStoreTest extends StoreContract {
  @TempDir Path root;

  @Override
  Store store() {
    return Store.open(root.resolve("store").toString(), hadoop());
  }

  @Override
  Configuration hadoop() {
    return new Configuration();
  }

  @Test
  void localFilesAreReadInPlace() throws IOException {
    Path file = root.resolve("store/scene/a.jpg");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "a");
    try (LocalFolder folder = store().location().at("scene").fetch()) {
      assertThat(folder.path()).isEqualTo(file.getParent());
    }
    assertThat(file).exists();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "no folder");
    Location location = Location.open(file.toString(), new Configuration());
    assertThatThrownBy(() -> location.checkWritable("store.path"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Give store.path a place this user may write to");
  }

  @Test
  void anUnknownKindOfPlaceIsNamed() {
    assertThatThrownBy(() -> Location.open("gopher://hole", new Configuration()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Cannot open gopher://hole: ");
  }
}
