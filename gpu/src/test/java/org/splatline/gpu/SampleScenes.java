package org.splatline.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real scenes beside the repository; tests that want one skip, with the reason, where it isn't. */
public final class SampleScenes {
  private SampleScenes() {}

  /** The folder of one, such as {@code ngp_fox}; read-only. */
  public static Path folder(String name) {
    Path folder = Path.of("..", "..", "shared", "scenes", name);
    assumeTrue(Files.isDirectory(folder), () -> "skipped: no sample scene at " + folder);
    return folder;
  }
}
