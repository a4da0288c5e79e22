package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases of this process and of other processes, with real files. */
class GpuLeaseTest {
  private static final String KEY = "GPU-00000000-0000-0000-0000-000000000001";
  private static final String OURS = "application app-1 executor 1";
  private static final String OTHERS = "application app-1 executor 2";

  @TempDir private Path temporary;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    assertThat(GpuLease.held()).isZero();
  }

  private Path folder() {
    return temporary.resolve("locks");
  }

  private Process start(String how, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            LeaseProcess.class.getName(),
            KEY,
            OTHERS,
            folder().toString(),
            how));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process;
  }

  /** The first line of a process's output. */
  private static String line(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    return reader.readLine();
  }

  private GpuLease take() {
    return GpuLease.take(KEY, OURS, folder());
  }

  @Test
  void aProcessTakesADeviceManyTimes() throws IOException {
    GpuLease first = take();
    try (GpuLease second = GpuLease.take(KEY, "another of us", folder())) {
      assertThat(first).isNotSameAs(second);
      assertThat(GpuLease.held()).isEqualTo(2);
      try (GpuLease otherDevice = GpuLease.take("GPU-2", OURS, folder())) {
        assertThat(otherDevice).isNotNull();
        assertThat(GpuLease.held()).isEqualTo(3);
      }
      first.close();
      first.close();
      assertThat(GpuLease.held()).as("closing twice counts once").isEqualTo(1);
      assertThat(line(start("hold"))).startsWith("Cannot use GPU");
    }
    assertThat(GpuLease.held()).isZero();
    assertThat(line(start("hold"))).as("the last close lets go").isEqualTo(LeaseProcess.TAKEN);
  }

  @Test
  void anotherProcessLearnsWhoHoldsTheDevice() throws IOException {
    try (GpuLease lease = take()) {
      assertThat(lease).isNotNull();
      Process other = start("hold");
      assertThat(line(other))
          .startsWith(
              "Cannot use GPU %s: %s, pid %d on host "
                  .formatted(KEY, OURS, ProcessHandle.current().pid()))
          .contains(
              " holds it, and this process is %s, pid %d on host ".formatted(OTHERS, other.pid()))
          .contains(". Two processes were given the same device: isolate GPUs per executor");
    }
  }

  @Test
  void aKilledProcessHoldsNothing() throws IOException, InterruptedException {
    Process other = start("hold");
    assertThat(line(other)).isEqualTo(LeaseProcess.TAKEN);
    assertThatThrownBy(this::take)
        .isInstanceOf(GpuBusyException.class)
        .hasMessageContaining("%s, pid %d on host ", OTHERS, other.pid());
    assertThat(GpuLease.held()).isZero();
    other.destroyForcibly().waitFor();
    Path file = folder().resolve("gpu-" + KEY + ".lock");
    assertThat(file).content().as("what a dead process said").startsWith(OTHERS);
    try (GpuLease lease = take()) {
      assertThat(lease).isNotNull();
      assertThat(GpuLease.held()).isEqualTo(1);
    }
    assertThat(file).content().startsWith(OURS + ", pid ").endsWith("\n");
  }

  /**
   * Another process takes and closes a lease all the time: a refusal always gives its full name.
   */
  @Test
  void aRefusalIsNeverHalfWritten() throws IOException {
    Process other = start("churn");
    int refused = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (refused < 100 && System.nanoTime() < end && other.isAlive()) {
      try (GpuLease lease = take()) {
        assertThat(lease).isNotNull();
      } catch (GpuBusyException e) {
        refused++;
        assertThat(e).hasMessageContaining(": %s, pid %d on host ", OTHERS, other.pid());
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void fiftyAtOnceEndAtNone() throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        tasks.add(
            threads.submit(
                () -> {
                  try (GpuLease lease = take()) {
                    assertThat(lease).isNotNull();
                    assertThat(GpuLease.held()).isBetween(1, 50);
                  }
                }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(GpuLease.held()).isZero();
  }

  @Test
  void allUsersMayShareTheFolder() throws IOException {
    take().close();
    assertThat((Integer) Files.getAttribute(folder(), "unix:mode") & 07777).isEqualTo(01777);
    Path file = folder().resolve("gpu-" + KEY + ".lock");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-rw-");
  }

  /** Whoever makes the folder first can close it, or hold its locks. The error says who it was. */
  @Test
  void anotherUsersFolderIsNamed() throws IOException {
    assumeTrue(
        (Integer) Files.getAttribute(temporary, "unix:uid") == 0,
        "only root may give a folder away");
    assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "no setpriv, by which root drops rights");
    int nobody = 65534;
    try (GpuLease lease = take()) {
      assertThat(lease).isNotNull();
      Files.setAttribute(folder(), "unix:uid", nobody);
      assertThat(line(start("hold")))
          .startsWith("Cannot use GPU %s: %s, pid ".formatted(KEY, OURS))
          .contains(" holds it (the folder %s belongs to ".formatted(folder()))
          .contains("name another with -Dsplatline.gpu-locks");
    }
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwx------"));
    assertThat(line(start("hold", "setpriv", "--bounding-set=-dac_override,-dac_read_search")))
        .startsWith("Cannot use GPU %s: its lock ".formatted(KEY))
        .contains("AccessDeniedException", "the folder %s belongs to ".formatted(folder()))
        .contains("-Dsplatline.gpu-locks");
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(folder(), elsewhere);
    assertThatThrownBy(this::take)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot use GPU " + KEY + ": its lock ")
        .hasMessageContaining("a link or a file")
        .hasMessageContaining("-Dsplatline.gpu-locks");
    Files.delete(folder());
    Files.createDirectory(folder());
    Path victim = Files.writeString(temporary.resolve("victim"), "precious");
    Files.createSymbolicLink(folder().resolve("gpu-" + KEY + ".lock"), victim);
    assertThatThrownBy(this::take).isInstanceOf(UncheckedIOException.class);
    assertThat(victim).hasContent("precious");
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    take().close();
    Path file = folder().resolve("gpu-" + KEY + ".lock");
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(this::take)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a link or no file: remove it");
  }

  /** A file or folder gets its name when all users may lock it, so nothing else is ever there. */
  @Test
  void nothingIsLeftOfMakingALock() throws IOException {
    take().close();
    try (var files = Files.walk(temporary)) {
      assertThat(files)
          .containsExactlyInAnyOrder(temporary, folder(), folder().resolve("gpu-" + KEY + ".lock"));
    }
  }

  @Test
  void keysBecomeFileNames() throws IOException {
    GpuLease.take("../MIG 1/ö", OURS, folder()).close();
    try (var files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("gpu-.._MIG_1__.lock");
    }
    assertThatThrownBy(() -> GpuLease.take(" ", OURS, folder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid device key: ' ' is blank or longer than 200 characters");
  }

  @Test
  void aHolderIsOneLineOfBoundedLength() throws IOException {
    GpuLease.take(KEY, "one\ntwo " + "x".repeat(5000), folder()).close();
    assertThat(Files.readAllLines(folder().resolve("gpu-" + KEY + ".lock")))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("one two xxx").hasSizeLessThan(500));
  }

  @Test
  void theFolderIsNamedByAProperty() {
    String before = System.getProperty(GpuLease.FOLDER_PROPERTY);
    System.setProperty(GpuLease.FOLDER_PROPERTY, folder().toString());
    try (GpuLease lease = GpuLease.take(KEY, OURS)) {
      assertThat(lease).isNotNull();
      assertThat(folder()).isDirectoryContaining("glob:**/gpu-" + KEY + ".lock");
    } finally {
      if (before == null) {
        System.clearProperty(GpuLease.FOLDER_PROPERTY);
      } else {
        System.setProperty(GpuLease.FOLDER_PROPERTY, before);
      }
    }
  }

  /** YARN gives each container its own folder for temporary files. */
  @Test
  void theFolderIsTheHostsNotTheContainers() {
    String named = System.clearProperty(GpuLease.FOLDER_PROPERTY);
    String before = System.setProperty("java.io.tmpdir", temporary.toString());
    try (GpuLease lease = GpuLease.take("test-of-the-folder", OURS)) {
      assertThat(lease).isNotNull();
      assertThat(Path.of("/tmp/splatline-gpu/gpu-test-of-the-folder.lock"))
          .content()
          .contains(OURS);
      assertThat(temporary).isEmptyDirectory();
    } finally {
      System.setProperty("java.io.tmpdir", before);
      if (named != null) {
        System.setProperty(GpuLease.FOLDER_PROPERTY, named);
      }
    }
  }

  /** A task that is interrupted while it takes a lease leaves everything in order. */
  @Test
  void anInterruptLeavesNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(this::take).isInstanceOf(UncheckedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(GpuLease.held()).isZero();
    GpuLease lease = take();
    Thread.currentThread().interrupt();
    assertThatCode(lease::close).doesNotThrowAnyException();
    assertThat(Thread.interrupted()).isTrue();
    take().close();
  }
}
