package org.splatline.gpu.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks of this process and of others, with real files. */
class LockFileTest {
  @TempDir Path folder;
  private Path file;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void name() {
    file = folder.resolve("a.lock");
  }

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private Optional<LockFile> tryLock() throws IOException {
    return LockFile.tryLock(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private Process start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockFileProcess.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(process);
    return process;
  }

  private static String answer(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  @Test
  void thisProcessLocksAFileOnce() throws IOException {
    try (LockFile lock = tryLock().orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(tryLock()).isEmpty();
      assertThat(LockFile.tryLock(folder.resolve("./x/../a.lock"), StandardOpenOption.WRITE))
          .as("the same file by another name")
          .isEmpty();
      assertThatThrownBy(() -> LockFile.openForAllUsers(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("this process has locked it");
      assertThat(
              LockFile.tryLock(
                  folder.resolve("b.lock"),
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE))
          .get()
          .satisfies(LockFile::close);
    }
    assertThat(tryLock()).get().satisfies(LockFile::close);
  }

  @Test
  void anotherProcessCannotLockIt() throws IOException {
    try (LockFile lock = tryLock().orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(tryLock()).as("this try must not end the lock").isEmpty();
      assertThat(answer(start())).isEqualTo(LockFileProcess.BUSY);
    }
    assertThat(answer(start())).isEqualTo(LockFileProcess.LOCKED);
  }

  @Test
  void thisProcessCannotLockWhatAnotherHas() throws IOException, InterruptedException {
    Process other = start();
    assertThat(answer(other)).isEqualTo(LockFileProcess.LOCKED);
    assertThat(tryLock()).isEmpty();
    assertThat(tryLock()).as("a second try").isEmpty();
    other.destroyForcibly().waitFor();
    assertThat(tryLock()).as("a killed process holds nothing").get().satisfies(LockFile::close);
  }

  @Test
  void closingTwiceReleasesOnce() throws IOException {
    LockFile first = tryLock().orElseThrow();
    first.close();
    try (LockFile second = tryLock().orElseThrow()) {
      assertThat(second).isNotNull();
      first.close();
      assertThat(tryLock()).as("still held by the second").isEmpty();
      assertThat(answer(start())).isEqualTo(LockFileProcess.BUSY);
    }
  }

  @Test
  void opensAsItsOptionsSay() throws IOException {
    assertThatThrownBy(() -> LockFile.tryLock(file, StandardOpenOption.WRITE))
        .isInstanceOf(NoSuchFileException.class);
    Files.createFile(file);
    assertThatThrownBy(
            () -> LockFile.tryLock(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(LockFile.tryLock(file, StandardOpenOption.WRITE)).get().satisfies(LockFile::close);
    assertThat(file).as("a lock without a text").isEmptyFile();
  }

  @Test
  void bothKindsOfLockExcludeEachOther() throws IOException {
    LockFile shared = LockFile.openForAllUsers(file);
    assertThat(shared.tryLock(LockFile.description("owner"))).isTrue();
    assertThat(tryLock()).isEmpty();
    assertThat(answer(start())).isEqualTo(LockFileProcess.BUSY);
    shared.close();
    assertThat(file).content().startsWith("owner, pid " + ProcessHandle.current().pid());
  }

  @Test
  void readsTheTextOfAHolder() throws IOException {
    Process other = start();
    assertThat(answer(other)).isEqualTo(LockFileProcess.LOCKED);
    try (LockFile shared = LockFile.openForAllUsers(file)) {
      assertThat(shared.tryLock("ours")).isFalse();
      assertThat(shared.text()).as("that process wrote none").isEmpty();
    }
  }
}
