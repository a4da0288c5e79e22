package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.io.PlainFiles;
import org.splatline.pipeline.store.Place;

/**
 * Where the sources of a manifest may be: on S3, and below the folders of {@code input.roots}. No
 * other place is looked at, since whoever names a source may be a stranger.
 *
 * @param roots folders on this machine or on a remote file system
 */
record SourceRoots(List<Place> roots) {
  private static final String LOCAL = "file";

  /** Why a source is refused, as the end of a sentence; empty: it is not. Contacts no server. */
  Optional<String> objection(Place source) {
    if (source.scheme().equals("s3a")) {
      return source.authority().isEmpty() ? Optional.of("names no bucket") : Optional.empty();
    }
    Optional<Place> root = roots.stream().filter(each -> isBelow(source, each)).findFirst();
    if (root.isEmpty()) {
      return Optional.of("is neither on S3 nor below a folder of input.roots");
    }
    return source.scheme().equals(LOCAL)
        ? oddity(local(root.get()), local(source))
        : Optional.empty();
  }

  private static boolean isBelow(Place source, Place root) {
    Path path = local(source);
    return source.scheme().equals(root.scheme())
        && source.authority().equals(root.authority())
        && path.startsWith(local(root))
        && !path.equals(local(root));
  }

  private static Path local(Place place) {
    return Path.of(place.localPath()).normalize();
  }

  /** What is wrong with the source or with a folder between it and its root. */
  private static Optional<String> oddity(Path root, Path source) {
    Path path = root;
    for (Path name : root.relativize(source)) {
      path = path.resolve(name);
      try {
        Optional<String> oddity = PlainFiles.oddity(path);
        if (oddity.isPresent()) {
          return path.equals(source) ? oddity : Optional.of("is below a link");
        }
      } catch (FileSystemException e) { // its name is too long, or a folder is closed
        return Optional.of("can't be looked at (%s)".formatted(e.getReason()));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot look at " + path, e);
      }
    }
    return Optional.empty();
  }
}
