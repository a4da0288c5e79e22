package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a library's file holds when JCuda is about to load it. */
class JcudaNativesTest {
  private static final String NAME = "libJCudaDriver-12.6.0-linux-x86_64.so";

  @TempDir Path folder;

  private static byte[] shipped() throws IOException {
    try (InputStream in = JcudaNatives.class.getResourceAsStream("/lib/" + NAME)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aPlantedLibraryIsReplaced() throws IOException {
    Path library = Files.writeString(folder.resolve(NAME), "planted");
    JcudaNatives.unpack(folder);
    assertThat(library).hasBinaryContent(shipped());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(library);
    }
  }

  @Test
  void aPlantedLinkIsReplacedAndNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path library = Files.createSymbolicLink(folder.resolve(NAME), victim);
    JcudaNatives.unpack(folder);
    assertThat(Files.isRegularFile(library, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(library).hasBinaryContent(shipped());
    assertThat(victim).hasContent("precious");
  }

  @Test
  void theSameLibraryIsKept() throws IOException {
    Path library = JcudaNatives.unpack(folder).resolve(NAME);
    Object before = Files.readAttributes(library, "unix:ino").get("ino");
    JcudaNatives.unpack(folder);
    assertThat(Files.readAttributes(library, "unix:ino").get("ino")).isEqualTo(before);
  }
}
