package org.splatline.pipeline.demo;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * A local S3 server with one bucket: S3Proxy in its own JVM, on a free port of 127.0.0.1. Objects
 * stay in the folder, so a later start with the same folder serves them again, on another port.
 *
 * <p>Its conditional PUT is atomic. Publishing and Delta's commits rely on that.
 */
public final class LocalS3 implements AutoCloseable {
  private static final String KEY = "test";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Shutdown hook priority: work that stops in order may write to S3 until file systems close. */
  private static final int AFTER_FILE_SYSTEMS = FileSystem.SHUTDOWN_HOOK_PRIORITY - 5;

  private static final int START_ATTEMPTS =
      3; // another program may take the port before the server does

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
   * Starts the server and returns when it answers. Its settings and log are in {@code folder}, the
   * objects in {@code folder/objects/<bucket>}.
   *
   * @param jar S3Proxy with its dependencies
   * @param folder created if missing
   * @param bucket created if missing
   */
  public static LocalS3 start(Path jar, Path folder, String bucket) throws IOException {
    return start(jar, folder, bucket, "aws-v2-or-v4");
  }

  /** Starts a server that ignores signatures, for tests whose proxy changes requests. */
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
    Properties settings = new Properties(); // which escapes what its format can't hold
    settings.setProperty("s3proxy.endpoint", endpoint.toString());
    settings.setProperty("s3proxy.authorization", authorization);
    settings.setProperty("s3proxy.identity", KEY);
    settings.setProperty("s3proxy.credential", KEY);
    settings.setProperty("jclouds.provider", "filesystem-nio2");
    settings.setProperty("jclouds.filesystem.basedir", objects.toString());
    Path file = folder.resolve("s3proxy.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      settings.store(out, null);
    }
    return file;
  }

  private static Process launch(Path jar, Path settings, Path log) throws IOException {
    List<String> command =
        List.of(
            // Ctrl-C reaches all programs of a terminal; the server must outlive its caller.
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

  /** Whether the server answers before it exits or times out. Any HTTP status is an answer. */
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

  /** The address of the server, {@code http://127.0.0.1:<port>}. */
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

  /** Hadoop settings for this server: {@code fs.s3a.…}. */
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

  /** The same settings for a Spark session: {@code spark.hadoop.fs.s3a.…}. */
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
    process.destroyForcibly(); // all its data is in the folder
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
