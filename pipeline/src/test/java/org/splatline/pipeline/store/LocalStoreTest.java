package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
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

  private static final ContentKey KEY = new ContentKey("train", 1, List.of(), Map.of(), "");

  private void keepAged() throws IOException {
    Path model = Files.createDirectories(root.resolve("model")).resolve("a");
    store().keep(KEY, Files.writeString(model, "model").getParent());
    for (StoredFile file : store().artifacts().files()) {
      Files.setLastModifiedTime(
          root.resolve("store/artifacts").resolve(file.path()),
          FileTime.from(Instant.now().minus(Duration.ofDays(40))));
    }
  }

  @Test
  void whatARunUsedAgainStaysAsLongAsIfItWereNew() throws IOException {
    keepAged();
    assertThat(UnusedArtifacts.in(store(), Duration.ofDays(30)).find().get(0).unused()).isOne();

    assertThat(store().use(KEY)).isPresent();

    assertThat(UnusedArtifacts.in(store(), Duration.ofDays(30)).delete().get(0).unused()).isZero();
    assertThat(store().use(KEY).orElseThrow().read("a")).asString(UTF_8).isEqualTo("model");
    assertThatThrownBy(() -> UnusedArtifacts.in(store(), Duration.ofDays(6)))
        .hasMessageStartingWith("Invalid --unused-for: 6 days are fewer than 7");
  }

  @Test
  void aRunThatStartsDuringADeletionHasAllOfAnArtifactOrNone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Set<Boolean> seen = new HashSet<>();
    try {
      for (int round = 0; round < 100 || (seen.size() < 2 && round < 2000); round++) {
        keepAged();
        UnusedArtifacts unused = UnusedArtifacts.in(store(), Duration.ofDays(30));
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Optional<Artifact>> used =
            threads.submit(
                () -> {
                  start.await();
                  return store().use(KEY);
                });
        Future<?> deleted =
            threads.submit(
                () -> {
                  start.await();
                  return unused.delete();
                });
        deleted.get();
        Optional<Artifact> found = used.get();
        seen.add(found.isPresent());
        // A run that reads while the marker is away makes the artifact again, as if it were
        // deleted.
        Optional<Artifact> left = store().find(KEY);
        assertThat(left.isPresent() || found.isEmpty()).as("what a run found is left").isTrue();
        left.ifPresent(
            artifact -> assertThat(artifact.read("a")).asString(UTF_8).isEqualTo("model"));
        store().location().delete("artifacts");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(seen).as("both happened").hasSize(2);
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
