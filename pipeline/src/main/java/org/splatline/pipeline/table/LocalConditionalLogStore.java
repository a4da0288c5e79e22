package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.io.AtomicFile;

/**
 * Delta's log on a local disk for any number of drivers at the same time; Delta's own keeps apart
 * only the writers of one JVM. If two drivers write the same version, one gets {@link
 * FileAlreadyExistsException} and tries the next version. After a power cut a commit is whole or
 * absent, as are the files that it names: they are synced first.
 */
public class LocalConditionalLogStore extends HadoopFileSystemLogStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ACTIONS_WITH_FILES = List.of("add", "cdc");
  private static final String LAST_CHECKPOINT = "_last_checkpoint";

  public LocalConditionalLogStore(Configuration hadoop) {
    super(hadoop);
  }

  /** Throws {@link FileAlreadyExistsException} if the file exists and may not be replaced. */
  @Override
  public void write(
      org.apache.hadoop.fs.Path path,
      Iterator<String> actions,
      Boolean overwrite,
      Configuration hadoop)
      throws IOException {
    List<String> lines = new ArrayList<>();
    actions.forEachRemaining(lines::add);
    write(Path.of(path.toUri().getPath()), lines, overwrite);
  }

  /** True: Delta then writes its checkpoints, which are not written here, under another name. */
  @Override
  public Boolean isPartialWriteVisible(org.apache.hadoop.fs.Path path, Configuration hadoop) {
    return true;
  }

  static void write(Path file, List<String> lines, boolean overwrite) throws IOException {
    Path log = file.getParent();
    Path table = log.getParent();
    for (Path named : named(file, lines)) {
      sync(named);
    }
    AtomicFile.sync(log); // as Spark has made them: the table's two folders,
    AtomicFile.sync(table.getParent()); // and the one with all tables
    byte[] content = (String.join("\n", lines) + "\n").getBytes(UTF_8);
    if (overwrite) {
      Files.deleteIfExists(checksumOf(file)); // Hadoop would compare the new content with it
      AtomicFile.write(file, out -> out.write(content));
    } else {
      AtomicFile.create(file, out -> out.write(content));
    }
  }

  /** The files, written by Spark, that a reader of this one relies on. */
  private static List<Path> named(Path file, List<String> lines) throws IOException {
    List<Path> named = new ArrayList<>();
    for (String line : lines) {
      JsonNode action = JSON.readTree(line);
      if (file.endsWith(LAST_CHECKPOINT)) {
        String parts = "%020d.checkpoint*".formatted(action.path("version").asLong());
        try (DirectoryStream<Path> found = Files.newDirectoryStream(file.getParent(), parts)) {
          found.forEach(named::add);
        }
      }
      for (String kind : ACTIONS_WITH_FILES) {
        String path = action.path(kind).path("path").asText();
        if (!path.isEmpty()) {
          named.add(file.getParent().resolveSibling(URI.create(path).getPath()));
        }
      }
    }
    return named;
  }

  private static void sync(Path file) throws IOException {
    AtomicFile.sync(file);
    if (Files.exists(checksumOf(file))) {
      AtomicFile.sync(checksumOf(file));
    }
  }

  /** Where Hadoop keeps the checksums of a file that it wrote. */
  private static Path checksumOf(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".crc");
  }
}
