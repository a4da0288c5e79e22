package org.splatline.gpu.io;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Locks a file in a process of its own, until its input ends; prints whether it could. */
final class LockFileProcess {
  static final String LOCKED = "locked";
  static final String BUSY = "busy";

  private LockFileProcess() {}

  public static void main(String[] arguments) throws IOException {
    Optional<LockFile> lock =
        LockFile.tryLock(
            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    System.out.println(lock.isPresent() ? LOCKED : BUSY);
    System.in.read();
    lock.ifPresent(LockFile::close);
  }
}
