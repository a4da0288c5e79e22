package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.delta.storage.CloseableIterator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.store.FaultProxy;
import org.splatline.pipeline.store.FaultProxy.Fault;
import org.splatline.pipeline.store.Location;

/**
 * Delta's log on an S3 that loses replies. {@code -Dsplatline.volume=release} makes many more
 * commits.
 */
class S3ConditionalLogStoreIT {
  private static final boolean LARGE = System.getProperty("splatline.volume", "").equals("release");
  private static final int COMMITS = LARGE ? 200 : 8;
  private static final int COMMITS_PER_DRIVER = LARGE ? 15 : 5;

  @TempDir static java.nio.file.Path folder;
  private static LocalS3 s3;
  private static FaultProxy proxy;
  private static Configuration hadoop;

  private final String table = "table-" + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    java.nio.file.Path jar =
        java.nio.file.Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));
    assumeTrue(Files.isRegularFile(jar), "no S3Proxy: splatline.s3proxy.jar is " + jar);
    s3 = LocalS3.startUnsigned(jar, folder, "log-store");
    proxy = FaultProxy.start(s3.endpoint(), 7);
    hadoop = new Configuration();
    s3.hadoopSettings().forEach(hadoop::set);
    hadoop.set("fs.s3a.endpoint", proxy.endpoint().toString());
    hadoop.set("fs.s3a.retry.interval", "10ms");
    hadoop.set("fs.s3a.retry.throttle.interval", "10ms");
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
      s3.close();
    }
  }

  private Path version(int number) {
    return new Path(s3.uri(table + "/_delta_log"), "%020d.json".formatted(number));
  }

  private static Iterator<String> actions(String writer, int commit) {
    return List.of("{\"commitInfo\":\"%s %d\"}".formatted(writer, commit), "{\"add\":1}")
        .iterator();
  }

  private String firstLine(int number) throws IOException {
    try (CloseableIterator<String> lines =
        new S3ConditionalLogStore(hadoop).read(version(number), hadoop)) {
      return lines.next();
    }
  }

  private int versions() throws IOException {
    List<String> names = names(new S3ConditionalLogStore(hadoop).listFrom(version(0), hadoop));
    assertThat(names)
        .isEqualTo(IntStream.range(0, names.size()).mapToObj(i -> version(i).getName()).toList());
    return names.size();
  }

  @Test
  void aVersionIsWrittenOnce() throws IOException {
    S3ConditionalLogStore store = new S3ConditionalLogStore(hadoop);
    store.write(version(0), actions("a", 0), false, hadoop);
    assertThatThrownBy(() -> store.write(version(0), actions("a", 0), false, hadoop))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(store.isPartialWriteVisible(version(0), hadoop)).isFalse();
    store.write(version(0), actions("b", 1), true, hadoop);
    assertThat(firstLine(0)).isEqualTo("{\"commitInfo\":\"b 1\"}");
    assertThat(Location.open(s3.uri(table + "/_delta_log"), hadoop).read(version(0).getName()))
        .isEqualTo("{\"commitInfo\":\"b 1\"}\n{\"add\":1}\n".getBytes(UTF_8));
  }

  /** Two keys per LIST request: the whole log would take seven requests. */
  @Test
  void aLogIsListedFromAVersionOn() throws IOException {
    Configuration smallPages = new Configuration(hadoop);
    smallPages.set("fs.s3a.paging.maximum", "2");
    smallPages.setBoolean("fs.s3a.impl.disable.cache", true);
    S3ConditionalLogStore store = new S3ConditionalLogStore(smallPages);
    for (int i = 0; i < 12; i++) {
      store.write(version(i), actions("only", i), false, hadoop);
    }
    int before = proxy.requests();
    assertThat(names(store.listFrom(version(11), smallPages)))
        .containsExactly(version(11).getName());
    assertThat(proxy.requests()).isEqualTo(before + 1);
    assertThat(names(store.listFrom(version(9), smallPages)))
        .containsExactly(version(9).getName(), version(10).getName(), version(11).getName());
    assertThat(names(store.listFrom(version(12), smallPages))).as("there is no later").isEmpty();
    assertThatThrownBy(() -> store.listFrom(new Path(s3.uri("absent/_delta_log"), "0"), smallPages))
        .isInstanceOf(FileNotFoundException.class);
    proxy.harmNext(Fault.SLOW_DOWN, 1);
    assertThat(names(store.listFrom(version(0), smallPages))).hasSize(12);
  }

  private static List<String> names(Iterator<FileStatus> found) {
    List<String> names = new ArrayList<>();
    found.forEachRemaining(file -> names.add(file.getPath().getName()));
    return names;
  }

  @Test
  void aVersionIsWrittenOnceAlsoWhereThePathSaysS3() throws IOException {
    Path path = new Path(version(0).toString().replaceFirst("s3a", "s3"));
    S3ConditionalLogStore store = new S3ConditionalLogStore(hadoop);
    store.write(path, actions("a", 0), false, hadoop);
    assertThatThrownBy(() -> store.write(path, actions("b", 0), false, hadoop))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(firstLine(0)).contains("a 0");
  }

  @Test
  void aLostReplyIsNoConflict() throws IOException {
    proxy.harm(Map.of(Fault.LOST_REPLY, 0.5));
    proxy.harmNext(Fault.LOST_REPLY, 1); // so that there is one
    S3ConditionalLogStore store = new S3ConditionalLogStore(hadoop);
    for (int i = 0; i < COMMITS; i++) {
      store.write(version(i), actions("only", i), false, hadoop);
    }
    assertThat(proxy.injected(Fault.LOST_REPLY)).isPositive();
    proxy.harm(Map.of());
    assertThat(versions()).isEqualTo(COMMITS);
    for (int i = 0; i < COMMITS; i++) {
      assertThat(firstLine(i)).contains("only " + i + "\"");
    }
  }

  @Test
  void twoDriversLoseNoCommit() throws Exception {
    proxy.harm(Map.of(Fault.LOST_REPLY, 0.2, Fault.CONFLICT, 0.1, Fault.SLOW_DOWN, 0.1));
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    try {
      List<Callable<Void>> both = List.of(() -> driver("a"), () -> driver("b"));
      for (Future<Void> driver : drivers.invokeAll(both)) {
        driver.get();
      }
    } finally {
      drivers.shutdownNow();
    }
    proxy.harm(Map.of());
    assertThat(versions()).isEqualTo(2 * COMMITS_PER_DRIVER);
    List<String> committed = new ArrayList<>();
    for (int i = 0; i < 2 * COMMITS_PER_DRIVER; i++) {
      committed.add(firstLine(i));
    }
    assertThat(committed).doesNotHaveDuplicates();
  }

  /** As Delta does: writes the next version, and on a conflict the one after it. */
  private Void driver(String name) throws IOException {
    S3ConditionalLogStore store = new S3ConditionalLogStore(hadoop);
    int next = 0;
    for (int commit = 0; commit < COMMITS_PER_DRIVER; next++) {
      try {
        store.write(version(next), actions(name, commit), false, hadoop);
        commit++;
      } catch (FileAlreadyExistsException conflict) {
        // the next version, then
      }
    }
    return null;
  }
}
