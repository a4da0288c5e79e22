package org.splatline.gpu.io;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder that only its user may look into: {@code splatline-UID}. What others may not touch is
 * below it, because anyone may put a file or a link with a known name into a folder such as /tmp.
 */
public final class PrivateFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFolder() {}

  /** Makes the folder below {@code java.io.tmpdir}, as {@link #create} does. */
  public static Path create() throws IOException {
    return create(path(Path.of(System.getProperty("java.io.tmpdir"))));
  }

  /** The path of this user's folder below a folder of many users. */
  public static Path path(Path parent) {
    return parent.resolve("splatline-" + uid());
  }

  private static long uid() {
    return new UnixSystem().getUid();
  }

  /**
   * Makes a folder that only this user may use, or checks that an existing one is such a folder.
   *
   * @throws IOException when it is a link, another user's, or open to others
   */
  public static Path create(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      check(folder);
    }
    return folder;
  }

  private static void check(Path folder) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw refused(folder, attributes.isSymbolicLink() ? "it is a link" : "it is a file");
    }
    if (owner != uid()) {
      throw refused(folder, "it belongs to user %d, and this is user %d".formatted(owner, uid()));
    }
    if (!OWNER_ONLY.containsAll(attributes.permissions())) {
      throw refused(
          folder,
          "its mode %s lets other users in"
              .formatted(PosixFilePermissions.toString(attributes.permissions())));
    }
  }

  private static IOException refused(Path folder, String why) {
    return new IOException(
        "Cannot work in %s: %s. Remove it, or name another folder with -Djava.io.tmpdir or -Dsplatline.work"
            .formatted(folder, why));
  }
}
