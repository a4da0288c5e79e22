package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import jcuda.driver.JCudaDriver;
import org.splatline.gpu.io.AtomicFile;
import org.splatline.gpu.io.PrivateFolder;

/**
 * Unpacks JCuda's native library once per user and host, into a folder that other users can't write
 * to. JCuda itself writes the file in place, so JVMs that start together may load half a file and
 * crash with SIGBUS. This class writes another file and renames it when it is complete. JCuda then
 * finds the complete file and does not write it again: it would load any file of that name.
 */
final class JcudaNatives {
  private static final String LIBRARY = "libJCudaDriver-12.6.0-linux-x86_64.so";

  private JcudaNatives() {}

  /**
   * Loads the library. Throws {@link UnsatisfiedLinkError} if there is no driver, and {@link
   * CudaUnavailableException} if the folder can't be used. The method is static because JCuda takes
   * the folder from a system property, which belongs to the JVM.
   */
  static synchronized void load() {
    String before = System.getProperty("java.io.tmpdir");
    try {
      System.setProperty("java.io.tmpdir", unpack(PrivateFolder.create()).toString());
      JCudaDriver.setExceptionsEnabled(true); // its static initialiser loads the library
    } catch (IOException e) {
      throw new CudaUnavailableException("Cannot unpack JCuda's library: " + e.getMessage(), e);
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  /** Returns the folder; what the library's file holds is then what this build has. */
  static Path unpack(Path folder) throws IOException {
    try (InputStream in = JcudaNatives.class.getResourceAsStream("/lib/" + LIBRARY)) {
      if (in == null) {
        return folder; // another platform: JCuda reports it
      }
      byte[] bytes = in.readAllBytes();
      Path library = folder.resolve(LIBRARY);
      if (!Files.isRegularFile(library, LinkOption.NOFOLLOW_LINKS)
          || !Arrays.equals(Files.readAllBytes(library), bytes)) {
        AtomicFile.write(library, out -> out.write(bytes));
      }
      return folder;
    }
  }
}
