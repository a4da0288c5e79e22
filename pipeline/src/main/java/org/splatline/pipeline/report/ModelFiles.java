package org.splatline.pipeline.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.io.Sha256;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.ModelRow;

/**
 * Compares the files of models with their rows.
 *
 * @param hadoop settings for access to the files
 * @param hashes whether to download and hash each file; otherwise only lengths are compared
 */
public record ModelFiles(Configuration hadoop, boolean hashes) {
  static final String AGAIN =
      "Restore it from the bucket's versions, or run the scene again with another --run-id";

  /** What is wrong with a model's file, in one sentence; empty if it is as its row says. */
  Optional<String> fault(ModelRow row) {
    Location file = Location.open(row.uri(), hadoop);
    Optional<StoredFile> stored = file.asFile();
    String again = again(file);
    if (stored.isEmpty()) {
      return Optional.of("%s is missing. %s".formatted(row.uri(), again));
    }
    if (stored.get().bytes() != row.bytes()) {
      return Optional.of(
          "%s has %d bytes, its row says %d. %s"
              .formatted(row.uri(), stored.get().bytes(), row.bytes(), again));
    }
    return hashes && !sha256(file).equals(row.sha256())
        ? Optional.of("%s has another sha256 than its row. %s".formatted(row.uri(), again))
        : Optional.empty();
  }

  /** Another run would use a damaged artifact again. */
  private static String again(Location file) {
    Location key = file.parent().parent();
    return file.uri().contains("/artifacts/")
        ? "Restore it from the bucket's versions, or delete %s and run the scene again with another --run-id"
            .formatted(key)
        : AGAIN;
  }

  private static String sha256(Location file) {
    try (LocalFolder folder = file.fetchThis()) {
      return Sha256.of(folder.path().resolve(file.name()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a copy of " + file.uri(), e);
    }
  }
}
