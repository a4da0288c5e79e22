package org.splatline.gpu.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("file.txt");
  }

  private static AtomicFile.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static AtomicFile.Content failingAfter(String text, Throwable failure) {
    return out -> {
      text(text).writeTo(out);
      out.flush();
      if (failure instanceof IOException checked) {
        throw checked;
      }
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw (Error) failure;
    };
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    AtomicFile.write(file, text("one"));
    assertThat(file).hasContent("one");
    AtomicFile.write(file, text("a longer one"));
    assertThat(file).hasContent("a longer one");
    AtomicFile.write(file, text(""));
    assertThat(file).isEmptyFile();
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void makesMissingParents() throws IOException {
    AtomicFile.write(folder.resolve("a/b/c.txt"), text("deep"));
    assertThat(folder.resolve("a/b/c.txt")).hasContent("deep");
    AtomicFile.create(folder.resolve("d/e.txt"), text("deep, too"));
    assertThat(folder.resolve("d/e.txt")).hasContent("deep, too");
  }

  @Test
  void aFailureLeavesTheOldContentAndNothingElse() throws IOException {
    AtomicFile.write(file, text("old"));
    for (Throwable failure :
        List.of(
            new IOException("disk full"), new IllegalStateException(), new OutOfMemoryError())) {
      assertThatThrownBy(() -> AtomicFile.write(file, failingAfter("half of the new", failure)))
          .isSameAs(failure);
      assertThat(file).hasContent("old");
      assertThat(names()).containsExactly("file.txt");
    }
  }

  @Test
  void aFailureLeavesNoNewFile() throws IOException {
    IOException failure = new IOException("disk full");
    assertThatThrownBy(() -> AtomicFile.write(file, failingAfter("half", failure)))
        .isSameAs(failure);
    assertThatThrownBy(() -> AtomicFile.create(file, failingAfter("half", failure)))
        .isSameAs(failure);
    assertThat(names()).isEmpty();
  }

  @Test
  void createsButNeverReplaces() throws IOException {
    AtomicFile.create(file, text("first"));
    assertThatThrownBy(() -> AtomicFile.create(file, text("second")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("first");
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void ofManyCreatorsOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> creators = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String text = "creator " + i;
        creators.add(
            () -> {
              try {
                AtomicFile.create(file, text(text));
                return 1;
              } catch (FileAlreadyExistsException e) {
                return 0;
              }
            });
      }
      int winners = 0;
      for (Future<Integer> creator : threads.invokeAll(creators)) {
        winners += creator.get();
      }
      assertThat(winners).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void aReaderNeverSeesHalf() throws Exception {
    int size = 1 << 20;
    write(size, 0);
    AtomicBoolean isDone = new AtomicBoolean();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reader =
          threads.submit(
              () -> {
                int readings = 0;
                do {
                  byte[] read = Files.readAllBytes(file);
                  assertThat(read).hasSize(size);
                  assertThat(read).containsOnly(read[0]);
                  readings++;
                } while (!isDone.get());
                return readings;
              });
      for (int i = 1; i <= 20; i++) {
        write(size, i);
      }
      isDone.set(true);
      assertThat(reader.get()).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  private void write(int size, int value) throws IOException {
    byte[] half = new byte[size / 2];
    Arrays.fill(half, (byte) value);
    AtomicFile.write(
        file,
        out -> {
          out.write(half);
          out.flush();
          out.write(half);
        });
  }

  @Test
  void theFileHasNoNameWhileItIsWritten() throws IOException {
    AtomicFile.write(
        file,
        out -> {
          text("half").writeTo(out);
          out.flush();
          assertThat(file).doesNotExist();
          assertThat(names()).singleElement().matches(AtomicFile::isPart);
        });
    assertThat(file).hasContent("half");
  }

  @Test
  void publishesWhatIsWrittenInSeveralGoes() throws IOException {
    Path part = AtomicFile.partOf(file);
    Files.writeString(part, "downloaded");
    AtomicFile.publish(part, file);
    assertThat(file).hasContent("downloaded");
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void writesFilesWithTheLongestNames() throws IOException {
    Path long255 = folder.resolve("x".repeat(255));
    AtomicFile.write(long255, text("long"));
    assertThat(long255).hasContent("long");
  }

  @Test
  void knowsItsTemporaryNames() {
    Path part = AtomicFile.partOf(file);
    assertThat(part.getParent()).isEqualTo(folder);
    assertThat(part).isNotEqualTo(AtomicFile.partOf(file));
    assertThat(AtomicFile.isPart(part.getFileName().toString())).isTrue();
    assertThat(AtomicFile.isPart(".file.txt-" + UUID.randomUUID() + ".part")).isTrue(); // earlier
    for (String name : List.of("file.txt", ".file.part", ".file-1.part", "file.part", "")) {
      assertThat(AtomicFile.isPart(name)).as(name).isFalse();
    }
  }

  /** As with any file: not only for the owner, which is what createTempFile does. */
  @Test
  void othersMayReadIt() throws IOException {
    AtomicFile.write(file, text("shared"));
    Path plain = Files.createFile(folder.resolve("plain"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)));
  }

  @Test
  void writesRelativePaths() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());
    AtomicFile.write(relative, text("relative"));
    assertThat(file).hasContent("relative");
  }

  @Test
  void refusesToReplaceAFolder() throws IOException {
    Files.createDirectories(file.resolve("full"));
    assertThatThrownBy(() -> AtomicFile.write(file, text("text"))).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void passesUncheckedFailuresOn() {
    UncheckedIOException failure = new UncheckedIOException(new IOException("source gone"));
    assertThatThrownBy(() -> AtomicFile.write(file, failingAfter("", failure))).isSameAs(failure);
  }
}
