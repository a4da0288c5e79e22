package org.splatline.gpu.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir Path temporary;

  @Test
  void onlyItsUserMayEnter() throws IOException {
    Path folder = PrivateFolder.create(PrivateFolder.path(temporary.resolve("new")));
    assertThat(folder.getFileName()).hasToString("splatline-" + new UnixSystem().getUid());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PrivateFolder.create(folder)).as("once more").isEqualTo(folder);
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path link = temporary.resolve("link");
    Files.createSymbolicLink(link, Files.createDirectory(temporary.resolve("elsewhere")));
    assertRefused(link, "it is a link");
    Files.delete(link);
    Files.createSymbolicLink(link, temporary.resolve("nothing"));
    assertRefused(link, "it is a link");
    assertThat(temporary.resolve("nothing")).doesNotExist();
  }

  @Test
  void aFileIsRefused() throws IOException {
    assertRefused(Files.createFile(temporary.resolve("file")), "it is a file");
  }

  @Test
  void aFolderThatOthersMayEnterIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("open"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx---r-x"));
    assertRefused(folder, "its mode rwx---r-x lets other users in");
  }

  @Test
  void aFolderOfAnotherUserIsRefused() throws IOException {
    long user = new UnixSystem().getUid();
    Path folder = Path.of("/usr"); // root's
    int owner = 0;
    if (user == 0) {
      owner = 12345;
      folder = PrivateFolder.create(temporary.resolve("theirs"));
      Files.setAttribute(folder, "unix:uid", owner);
    }
    assertRefused(folder, "it belongs to user %d, and this is user %d".formatted(owner, user));
  }

  private static void assertRefused(Path folder, String why) {
    assertThatThrownBy(() -> PrivateFolder.create(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot work in %s: %s. Remove it, or name another folder with -Djava.io.tmpdir or -Dsplatline.work",
            folder, why);
  }
}
