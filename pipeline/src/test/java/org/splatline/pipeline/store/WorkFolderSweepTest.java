package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.io.PrivateFolder;

/** Work folders of JVMs that have ended. */
class WorkFolderSweepTest {
  @TempDir Path root;
  private final List<Process> started = new ArrayList<>();

  /** A JVM that works in a folder below {@link #root}. */
  private record Holder(Process process, Path folder) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Holder start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dsplatline.work=" + root,
                "-cp",
                System.getProperty("java.class.path"),
                WorkFolderHolder.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    started.add(process);
    BufferedReader lines = process.inputReader(UTF_8);
    return new Holder(process, Path.of(lines.readLine()));
  }

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void aDeadOnesGoesAndALivingOnesStays() throws Exception {
    Holder dead = start();
    dead.kill();
    assertThat(dead.folder().resolve("half")).exists();

    Holder living = start();
    assertThat(dead.folder().getParent()).doesNotExist();
    Holder next = start();
    assertThat(living.folder().resolve("half")).hasContent("done");

    living.end();
    next.end();
    assertThat(PrivateFolder.path(root)).isEmptyDirectory();
  }

  @Test
  void resumableFoldersStay() throws IOException {
    Path resumable = Files.createDirectories(root.resolve("splatline-train-1"));
    Files.createFile(root.resolve("splatline-train-1.lock"));
    new JvmFolder(root).create();
    assertThat(resumable).isDirectory();
  }
}
