package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import org.splatline.gpu.io.AtomicFile;

/**
 * Unpacks JCuda's native library once a host. JCuda itself writes it in place, so that JVMs that
 * start together load half a file (seen: SIGBUS); here it appears whole under its name, by a
 * rename, and JCuda, which leaves a file that exists alone, finds it there.
 */
public final class JcudaNatives {
  private static final String LIBRARY = "libJCudaDriver-12.6.0-linux-x86_64.so";

  private JcudaNatives() {}

  /** Loads the library; throws {@link UnsatisfiedLinkError} where there is no driver. */
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
        return temporary; // another platform: JCuda says so itself
      }
      AtomicFile.write(library, in::transferTo);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack JCuda's library into " + folder, e);
    }
  }
}
