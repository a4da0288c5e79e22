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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalS3IT {
  private static final Path JAR = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));

  @TempDir Path folder;

  @BeforeEach
  void needsS3Proxy() {
    assumeTrue(Files.isRegularFile(JAR), "no S3Proxy: splatline.s3proxy.jar is " + JAR);
  }

  @Test
  void putsListsAndGetsThroughS3A() throws IOException {
    try (LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
        FileSystem files = connect(s3)) {
      write(files, s3.uri("a/one.txt"), "one");
      write(files, s3.uri("a/two.txt"), "two, longer");

      assertThat(
              Arrays.stream(files.listStatus(new org.apache.hadoop.fs.Path(s3.uri("a"))))
                  .map(FileStatus::getPath)
                  .map(org.apache.hadoop.fs.Path::getName))
          .containsExactlyInAnyOrder("one.txt", "two.txt");
      assertThat(read(files, s3.uri("a/two.txt"))).isEqualTo("two, longer");
    }
  }

  @Test
  void refusesTheSecondConditionalCreate() throws IOException {
    try (LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
        FileSystem files = connect(s3)) {
      createOnce(files, s3.uri("result.json"), "first");

      assertThatThrownBy(() -> createOnce(files, s3.uri("result.json"), "second"))
          .isInstanceOf(IOException.class);
      assertThat(read(files, s3.uri("result.json"))).isEqualTo("first");
    }
  }

  @Test
  void servesTheSameFolderAgain() throws IOException {
    try (LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
        FileSystem files = connect(s3)) {
      write(files, s3.uri("kept.txt"), "kept");
    }
    try (LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
        FileSystem files = connect(s3)) {
      assertThat(read(files, s3.uri("kept.txt"))).isEqualTo("kept");
    }
  }

  /** What stops in order after Ctrl-C still writes its summary to S3. */
  @Test
  void outlastsCtrlC() throws IOException, InterruptedException {
    try (LocalS3 s3 = LocalS3.start(JAR, folder, "demo");
        FileSystem files = connect(s3)) {
      ProcessHandle server =
          ProcessHandle.current()
              .children()
              .filter(child -> child.info().commandLine().orElse("").contains(folder.toString()))
              .findFirst()
              .orElseThrow();
      int sent = new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
      assertThat(sent).isZero();
      Thread.sleep(500); // a JVM that takes the signal ends in some 50 ms
      write(files, s3.uri("summary.json"), "{}");
      assertThat(server.isAlive()).isTrue();
    }
  }

  @Test
  void closesTwiceAndThenListensNoMore() throws IOException {
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
