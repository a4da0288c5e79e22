package org.splatline.pipeline.store;

import java.io.IOException;
import java.nio.file.Files;

/** A JVM that prints the path of its work folder and keeps it until its input ends. */
final class WorkFolderHolder {
  private WorkFolderHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (LocalFolder folder = LocalFolder.temporary("held")) {
      Files.writeString(folder.path().resolve("half"), "done");
      System.out.println(folder.path());
      while (System.in.read() >= 0) {
        // Until the input ends.
      }
    }
  }
}
