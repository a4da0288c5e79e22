package org.splatline.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalS3IT {
  private static final int SIGINT = 2;
  private static final Path JAR = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));

  @TempDir static Path sharedFolder;
  private static LocalS3 shared;
  private static FileSystem files;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Files.isRegularFile(JAR), "no S3Proxy: splatline.s3proxy.jar is " + JAR);
    shared = LocalS3.start(JAR, sharedFolder, "demo");
    files = connect(shared);
  }

  @AfterAll
  static void stop() throws IOException {
    if (shared != null) {
      files.close();
      shared.close();
    }
  }

  @Test
  void putsListsAndGetsThroughS3A() throws IOException {
    write(files, shared.uri("a/one.txt"), "one");
    write(files, shared.uri("a/two.txt"), "two, longer");

    assertThat(
            Arrays.stream(files.listStatus(new org.apache.hadoop.fs.Path(shared.uri("a"))))
                .map(FileStatus::getPath)
                .map(org.apache.hadoop.fs.Path::getName))
        .containsExactlyInAnyOrder("one.txt", "two.txt");
    assertThat(read(files, shared.uri("a/two.txt"))).isEqualTo("two, longer");
  }

  @Test
  void refusesTheSecondConditionalCreate() throws IOException {
    createOnce(files, shared.uri("result.json"), "first");

    assertThatThrownBy(() -> createOnce(files, shared.uri("result.json"), "second"))
        .isInstanceOf(IOException.class);
    assertThat(read(files, shared.uri("result.json"))).isEqualTo("first");
  }

  @Test
  void servesTheSameFolderAgain() throws IOException {
    try (LocalS3 first = LocalS3.start(JAR, folder, "demo");
        FileSystem its = connect(first)) {
      write(its, first.uri("kept.txt"), "kept");
    }
    try (LocalS3 second = LocalS3.start(JAR, folder, "demo");
        FileSystem its = connect(second)) {
      assertThat(read(its, second.uri("kept.txt"))).isEqualTo("kept");
    }
  }

  /** Work that stops in order after Ctrl-C still writes its summary to S3. */
  @Test
  void ignoresCtrlC() throws IOException, InterruptedException {
    ProcessHandle server =
        ProcessHandle.current()
            .children()
            .filter(
                child -> child.info().commandLine().orElse("").contains(sharedFolder.toString()))
            .findFirst()
            .orElseThrow();
    assertThat(ignoredSignals(server) >> (SIGINT - 1) & 1).isEqualTo(1);
    int sent = new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
    assertThat(sent).isZero();
    write(files, shared.uri("summary.json"), "{}");
    assertThat(server.isAlive()).isTrue();
  }

  /** A bit mask, from the kernel's file on a process (proc(5)). */
  private static long ignoredSignals(ProcessHandle process) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void closesTwiceAndThenListensNoLonger() throws IOException {
    LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
    URI endpoint = s3.endpoint();
    s3.close();
    s3.close();

    assertThatThrownBy(() -> new Socket(endpoint.getHost(), endpoint.getPort()).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void namesTheMissingJar() {
    assertThatThrownBy(() -> LocalS3.start(folder.resolve("no.jar"), folder, "demo"))
        .hasMessageContaining("no.jar")
        .hasMessageContaining("Build the pipeline module");
  }

  private static FileSystem connect(LocalS3 s3) throws IOException {
    Configuration configuration = new Configuration();
    s3.hadoopSettings().forEach(configuration::set);
    return FileSystem.newInstance(URI.create(s3.uri("")), configuration);
  }

  private static void write(FileSystem files, String uri, String text) throws IOException {
    try (FSDataOutputStream out = files.create(new org.apache.hadoop.fs.Path(uri), false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void createOnce(FileSystem files, String uri, String text) throws IOException {
    FSDataOutputStreamBuilder<?, ?> create = files.createFile(new org.apache.hadoop.fs.Path(uri));
    create.opt("fs.option.create.conditional.overwrite", "true");
    try (FSDataOutputStream out = create.build()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String read(FileSystem files, String uri) throws IOException {
    try (FSDataInputStream in = files.open(new org.apache.hadoop.fs.Path(uri))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
