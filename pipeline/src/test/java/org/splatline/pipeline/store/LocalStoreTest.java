package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  void ofManyThatReplaceAFolderOneHasItWhole() throws Exception {
    Location results = store().results();
    List<Callable<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] content = Integer.toString(i).getBytes(UTF_8);
      writers.add(
          () -> {
            results.replaceFolder(
                "garden",
                folder -> {
                  folder.write("model", content);
                  folder.write("last", content);
                  return Set.of("model", "last");
                });
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Void> written : threads.invokeAll(writers)) {
        written.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(results.at("garden").read("model")).isEqualTo(results.at("garden").read("last"));
    assertThat(root.resolve("store/results").toFile().list()).containsExactly("garden");
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
