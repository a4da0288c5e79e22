package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import org.splatline.gpu.io.AtomicFile;

/**
 * Unpacks JCuda's native library once per host. JCuda itself writes the file in place, so JVMs that
 * start together may load half a file and crash with SIGBUS. This class writes another file and
 * renames it when it is complete. JCuda then finds the complete file and does not write it again.
 */
final class JcudaNatives {
  private static final String LIBRARY = "libJCudaDriver-12.6.0-linux-x86_64.so";

  private JcudaNatives() {}

  /**
   * Loads the library. Throws {@link UnsatisfiedLinkError} if there is no driver. The method is
   * static because JCuda takes the folder from a system property, which belongs to the JVM.
   */
  static synchronized void load() {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", unpack(Path.of(before)).toString());
    try {
      JCudaDriver.setExceptionsEnabled(true); // its static initialiser loads the library
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  private static Path unpack(Path temporary) {
    Path folder =
        temporary.resolve("splatline-jcuda-12.6.0-" + System.getProperty("user.name", "user"));
    Path library = folder.resolve(LIBRARY);
    if (Files.exists(library)) {
      return folder;
    }
    try (InputStream in = JcudaNatives.class.getResourceAsStream("/lib/" + LIBRARY)) {
      if (in == null) {
        return temporary; // another platform: JCuda reports it
      }
      AtomicFile.write(library, in::transferTo);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack JCuda's library into " + folder, e);
    }
  }
}
