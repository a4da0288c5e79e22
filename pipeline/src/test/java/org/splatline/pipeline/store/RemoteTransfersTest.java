package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many files travel at the same time, and how transfers end. */
@Timeout(60)
class RemoteTransfersTest {
  private static final int FILES = 3 * Transfers.AT_A_TIME;

  @TempDir java.nio.file.Path folder;
  private final MeetingFileSystem fileSystem = new MeetingFileSystem();
  private final Map<String, String> contents = new TreeMap<>();

  /** A remote file system in a local folder, where a transfer waits until it meets others. */
  private static final class MeetingFileSystem extends RawLocalFileSystem {
    private volatile CyclicBarrier meeting = new CyclicBarrier(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    /** From now on a request continues once this many are at the same point. */
    void meet(int requestsAtOnce) {
      meeting = new CyclicBarrier(requestsAtOnce);
      requests.set(0);
    }

    @Override
    public URI getUri() {
      return URI.create("meeting:///");
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
      await();
      return super.open(file, bufferSize);
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      if (file.getName().contains("refused")) {
        throw new IOException("refused");
      }
      await();
      return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
      return Stream.of(super.listStatus(folder))
          .map(MeetingFileSystem::withoutPermissions)
          .toArray(FileStatus[]::new);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return withoutPermissions(super.getFileStatus(path));
    }

    /** The superclass looks them up, which fails for paths that don't start with file: */
    private static FileStatus withoutPermissions(FileStatus status) {
      return new FileStatus(
          status.getLen(),
          status.isDirectory(),
          1,
          status.getBlockSize(),
          status.getModificationTime(),
          status.getPath());
    }

    private void await() throws IOException {
      requests.incrementAndGet();
      running.incrementAndGet();
      try {
        meeting.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IOException("not enough requests at the same time", e);
      } finally {
        running.decrementAndGet();
      }
    }
  }

  @BeforeEach
  void write() throws IOException {
    fileSystem.initialize(fileSystem.getUri(), new Configuration());
    Files.createDirectories(folder.resolve("source"));
    for (int i = 0; i < FILES; i++) {
      contents.put("%02d.jpg".formatted(i), "photograph " + i);
      Files.writeString(folder.resolve("source/%02d.jpg".formatted(i)), "photograph " + i);
    }
  }

  private Location remote(String name) {
    Path root = new Path(fileSystem.getUri().resolve(folder.resolve(name).toString()));
    return new RemoteLocation(fileSystem, root, false);
  }

  private static Map<String, String> contents(Location location) {
    Map<String, String> contents = new TreeMap<>();
    for (StoredFile file : location.files()) {
      contents.put(file.path(), new String(location.read(file.path()), UTF_8));
    }
    return contents;
  }

  @Test
  void uploadsRunSeveralAtATime() {
    fileSystem.meet(Transfers.AT_A_TIME);
    remote("target").upload(folder.resolve("source"), "");
    assertThat(fileSystem.requests).hasValue(FILES);
    fileSystem.meet(1);
    assertThat(contents(remote("target"))).isEqualTo(contents);
  }

  @Test
  void downloadsRunAsManyAtATime() {
    fileSystem.meet(Transfers.AT_A_TIME);
    try (LocalFolder fetched = remote("source").fetch()) {
      assertThat(fileSystem.requests).hasValue(FILES);
      Location local = Location.open(fetched.path().toString(), new Configuration());
      assertThat(contents(local)).isEqualTo(contents);
    }
  }

  @Test
  void copiesRunAsManyAtATime() {
    fileSystem.meet(Transfers.AT_A_TIME);
    Map<String, String> same = new TreeMap<>();
    contents.keySet().forEach(path -> same.put(path, path));
    remote("source").copy(same, remote("copy"));
    assertThat(fileSystem.requests).as("reads and writes").hasValue(2 * FILES);
    fileSystem.meet(1);
    assertThat(contents(remote("copy"))).isEqualTo(contents);
  }

  @Test
  void aFailedUploadIsNamedAndEndsTheOthers() throws IOException {
    Files.writeString(folder.resolve("source/00-refused.jpg"), "");
    fileSystem.meet(FILES + 1); // the others wait until they are stopped
    assertThatThrownBy(() -> remote("target").upload(folder.resolve("source"), "photographs"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot upload " + folder.resolve("source"))
        .hasMessageContaining(remote("target").uri("photographs/"));
    assertThat(fileSystem.running).as("when upload returns").hasValue(0);
  }

  @Test
  void anEmptyFolderIsUploaded() throws IOException {
    remote("target").upload(Files.createDirectories(folder.resolve("empty")), "");
    assertThat(remote("target").files()).isEmpty();
  }
}
