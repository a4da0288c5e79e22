package org.splatline.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds real scenes beside the repository. Tests skip, with the reason, where one is absent. */
public final class SampleScenes {
  private SampleScenes() {}

  /** The read-only folder of a scene such as {@code ngp_fox}. */
  public static Path folder(String name) {
    Path folder = Path.of("..", "..", "shared", "scenes", name);
    assumeTrue(Files.isDirectory(folder), () -> "skipped: no sample scene at " + folder);
    return folder;
  }
}
