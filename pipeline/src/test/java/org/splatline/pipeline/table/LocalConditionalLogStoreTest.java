package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.store.PowerCutDisk;

class LocalConditionalLogStoreTest {
  private static final String VERSION = "00000000000000000000.json";
  private static final int COMMITS = 100; // of each process
  private static final byte[] ROWS = "rows".getBytes(UTF_8);

  @TempDir Path folder;

  @Test
  void aVersionIsWrittenOnce() throws IOException {
    Path log = Files.createDirectories(folder.resolve("tables/umlaut %C3 ü/_delta_log"));
    var version = new org.apache.hadoop.fs.Path("file", null, log.resolve(VERSION).toString());
    Configuration hadoop = new Configuration();
    LocalConditionalLogStore store = new LocalConditionalLogStore(hadoop);
    store.write(version, List.of("{\"a\":1}", "{}").iterator(), false, hadoop);
    assertThatThrownBy(() -> store.write(version, List.of("{}").iterator(), false, hadoop))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(log.resolve(VERSION)).hasContent("{\"a\":1}\n{}\n");
  }

  /** Delta's own log store keeps apart only the writers of one process. */
  @Test
  void twoProcessesLoseNoCommit() throws Exception {
    Path log = Files.createDirectories(folder.resolve("table/_delta_log"));
    List<Process> drivers = List.of(driver(log, "a"), driver(log, "b"));
    List<String> committed = new ArrayList<>();
    for (Process driver : drivers) {
      committed.addAll(new String(driver.getInputStream().readAllBytes(), UTF_8).lines().toList());
    }
    assertThat(committed).hasSize(2 * COMMITS);
    for (String commit : committed) {
      String[] versionAndMark = commit.split(" ", 2);
      assertThat(log.resolve(versionAndMark[0])).hasContent(versionAndMark[1] + "\n");
    }
  }

  private static Process driver(Path log, String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Driver.class.getName(),
            log.toString(),
            name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Commits as Delta does: the next version, and on a conflict the one after it. */
  static final class Driver {
    private Driver() {}

    /** Arguments: the log's folder, a name. Prints each commit's file and content. */
    public static void main(String[] arguments) throws IOException {
      int version = 0;
      for (int commit = 0; commit < COMMITS; version++) {
        String file = "%020d.json".formatted(version);
        String mark = "{\"mark\":\"%s %d\"}".formatted(arguments[1], commit);
        try {
          LocalConditionalLogStore.write(Path.of(arguments[0], file), List.of(mark), false);
          System.out.println(file + " " + mark);
          commit++;
        } catch (FileAlreadyExistsException taken) {
          // the next version, then
        }
      }
    }
  }

  /** Earlier versions of Splatline wrote the log through Hadoop, which keeps checksums. */
  @Test
  void aFileOfHadoopsIsReplaced() throws IOException {
    Configuration hadoop = new Configuration();
    var file = new org.apache.hadoop.fs.Path(folder.toUri() + "t/_delta_log/_last_checkpoint");
    try (var out = file.getFileSystem(hadoop).create(file)) {
      out.writeBytes("{\"version\":10}");
    }
    LocalConditionalLogStore store = new LocalConditionalLogStore(hadoop);
    store.write(file, List.of("{\"version\":20}").iterator(), true, hadoop);
    try (var lines = store.read(file, hadoop)) {
      assertThat(lines.next()).isEqualTo("{\"version\":20}");
    }
  }

  @Test
  void afterAPowerCutACommitIsThereWithTheFilesItNamesOrAbsent() throws IOException {
    List<Map<String, byte[]>> moments = new ArrayList<>();
    PowerCutDisk[] disk = new PowerCutDisk[1];
    disk[0] = new PowerCutDisk(folder, () -> moments.add(disk[0].afterPowerCut()));
    Path log = Files.createDirectories(disk[0].folder().resolve("tables/runs/_delta_log"));
    Path rows = log.resolveSibling("part 0.parquet");
    Files.write(rows, ROWS);
    Files.write(rows.resolveSibling(".part 0.parquet.crc"), ROWS);

    LocalConditionalLogStore.write(
        log.resolve(VERSION), List.of("{\"add\":{\"path\":\"part%200.parquet\"}}"), false);

    moments.add(disk[0].afterPowerCut());
    assertThat(moments.get(moments.size() - 1)).containsKey("tables/runs/_delta_log/" + VERSION);
    assertThat(moments)
        .filteredOn(files -> files.containsKey("tables/runs/_delta_log/" + VERSION))
        .allSatisfy(
            files -> {
              assertThat(files).containsEntry("tables/runs/part 0.parquet", ROWS);
              assertThat(files).containsEntry("tables/runs/.part 0.parquet.crc", ROWS);
            });
  }
}
