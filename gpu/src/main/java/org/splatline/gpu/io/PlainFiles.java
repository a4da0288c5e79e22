package org.splatline.gpu.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Tells files and folders from what only looks like them. Links are not followed. */
public final class PlainFiles {
  private PlainFiles() {}

  /**
   * What is at {@code path}, as the end of a sentence, if it is neither a file nor a folder; empty
   * if it is one, or nothing is there.
   */
  public static Optional<String> oddity(Path path) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (found.isSymbolicLink()) {
      return Optional.of("is a link");
    }
    return found.isOther() ? Optional.of("is a device, pipe or socket") : Optional.empty();
  }
}
