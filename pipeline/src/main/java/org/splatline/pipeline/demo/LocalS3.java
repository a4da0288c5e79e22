package org.splatline.pipeline.demo;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * An S3 on this machine alone: S3Proxy in a JVM of its own over a folder, on a free port of
 * 127.0.0.1, with one bucket. What was put stays in the folder, so a later start over the same
 * folder serves it again; the port is another one then.
 *
 * <p>Its conditional PUT is atomic, which publishing and Delta's commits rely on.
 */
public final class LocalS3 implements AutoCloseable {
  private static final String KEY = "test";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Among Hadoop's hooks: what stops in order may write to S3 till its file systems close. */
  private static final int AFTER_FILE_SYSTEMS = FileSystem.SHUTDOWN_HOOK_PRIORITY - 5;

  private static final int START_ATTEMPTS = 3; // another program may take the port in between

  private final Process process;
  private final Runnable atExit;
  private final URI endpoint;
  private final String bucket;
  private boolean closed;

  private LocalS3(Process process, URI endpoint, String bucket) {
    this.process = process;
    this.endpoint = endpoint;
    this.bucket = bucket;
    this.atExit = process::destroyForcibly;
    ShutdownHookManager.get().addShutdownHook(atExit, AFTER_FILE_SYSTEMS);
  }

  /**
   * Starts the server and returns once it answers. Its settings and log stay in {@code folder}, the
   * objects in {@code folder/objects/<bucket>}.
   *
   * @param jar S3Proxy with its dependencies
   * @param folder made if absent
   * @param bucket made if absent
   */
  public static LocalS3 start(Path jar, Path folder, String bucket) throws IOException {
    return start(jar, folder, bucket, "aws-v2-or-v4");
  }

  /** The same, without a look at signatures: what stands before it may change requests. */
  public static LocalS3 startUnsigned(Path jar, Path folder, String bucket) throws IOException {
    return start(jar, folder, bucket, "none");
  }

  private static LocalS3 start(Path jar, Path folder, String bucket, String authorization)
      throws IOException {
    checkArgument(
        Files.isRegularFile(jar),
        "Cannot start the local S3: there is no %s. Build the pipeline module, which fetches it.",
        jar);
    Path objects = folder.toAbsolutePath().resolve("objects");
    Files.createDirectories(objects.resolve(bucket)); // a bucket is a folder to this server
    for (int attempt = 1; ; attempt++) {
      URI endpoint = URI.create("http://127.0.0.1:" + freePort());
      Path log = folder.resolve("s3proxy.log");
      Process process = launch(jar, writeSettings(folder, objects, endpoint, authorization), log);
      LocalS3 server = new LocalS3(process, endpoint, bucket);
      if (server.awaitAnswer()) {
        return server;
      }
      server.close();
      if (attempt == START_ATTEMPTS) {
        throw new IOException(
            "Cannot start the local S3: no answer from %s in %s s. Its log: %s"
                .formatted(endpoint, START_TIMEOUT.toSeconds(), log));
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path writeSettings(Path folder, Path objects, URI endpoint, String authorization)
      throws IOException {
    String settings =
        """
        s3proxy.endpoint=%s
        s3proxy.authorization=%s
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(endpoint, authorization, KEY, KEY, objects.toString().replace("\\", "\\\\"));
    return Files.writeString(
        folder.resolve("s3proxy.properties"), settings, StandardCharsets.ISO_8859_1);
  }

  private static Process launch(Path jar, Path settings, Path log) throws IOException {
    List<String> command =
        List.of(
            // Ctrl-C goes to all of a terminal's programs; this one is to outlast its caller.
            "sh",
            "-c",
            "trap '' INT; exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            jar.toAbsolutePath().toString(),
            "--properties",
            settings.toAbsolutePath().toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  /** Whether it answered before it ended or the time was up; any HTTP status is an answer. */
  private boolean awaitAnswer() {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (answers()) {
        return true;
      }
      pause();
    }
    return false;
  }

  private boolean answers() {
    try {
      HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(5000);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status > 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  private void pause() {
    try {
      process.waitFor(50, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new UncheckedIOException(new IOException("Interrupted while the local S3 started", e));
    }
  }

  /** Where it listens, {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return endpoint;
  }

  public String bucket() {
    return bucket;
  }

  /** {@code s3a://<bucket>/<path>}. */
  public String uri(String path) {
    return "s3a://" + bucket + "/" + path;
  }

  /** Hadoop's settings to reach it: {@code fs.s3a.…}. */
  public Map<String, String> hadoopSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.s3a.endpoint", endpoint.toString());
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("fs.s3a.access.key", KEY);
    settings.put("fs.s3a.secret.key", KEY);
    settings.put("fs.s3a.attempts.maximum", "3");
    settings.put("fs.s3a.retry.limit", "3");
    return settings;
  }

  /** The same for a Spark session: {@code spark.hadoop.fs.s3a.…}. */
  public Map<String, String> sparkSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    hadoopSettings().forEach((key, value) -> settings.put("spark.hadoop." + key, value));
    return settings;
  }

  /** Stops the server; the folder stays. May be called twice. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    process.destroyForcibly(); // it holds nothing that isn't in the folder
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(atExit);
    }
  }
}
