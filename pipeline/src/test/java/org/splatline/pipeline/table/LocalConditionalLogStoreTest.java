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
