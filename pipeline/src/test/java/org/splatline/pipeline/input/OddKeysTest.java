package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.Location;

/**
 * Keys that S3 takes and file systems don't. The S3 server of other tests keeps its objects in
 * files, so it can't have them: this one lists what a test says, to the real client.
 */
class OddKeysTest {
  private static final String BODY = "12345";
  private static HttpServer server;
  private static volatile List<String> keys = List.of();
  private static final Queue<String> READ = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", OddKeysTest::answer);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String key = exchange.getRequestURI().getPath().replaceFirst("^/[^/]+/?", "");
      if (query.contains("list-type=2")) {
        String prefix = query.replaceFirst("^(.*&)?prefix=([^&]*).*$", "$2");
        StringBuilder xml =
            new StringBuilder(
                "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>");
        for (String listed : keys) {
          if (listed.startsWith(prefix)) {
            xml.append(
                "<Contents><Key>%s</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag><Size>5</Size></Contents>"
                    .formatted(URLEncoder.encode(listed, UTF_8).replace("%EF%BF%BD", "%FF")));
          }
        }
        send(exchange, 200, xml + "</ListBucketResult>");
      } else if (keys.contains(key)) {
        READ.add(key);
        exchange.getResponseHeaders().add("ETag", "\"1\"");
        send(exchange, 200, BODY);
      } else {
        send(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
      }
    }
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, isHead ? -1 : text.getBytes(UTF_8).length);
    if (!isHead) {
      exchange.getResponseBody().write(text.getBytes(UTF_8));
    }
  }

  private static SceneInput scene(String... present) {
    keys = List.of(present);
    READ.clear();
    Configuration settings = new Configuration();
    settings.set("fs.s3a.endpoint", "http://127.0.0.1:" + server.getAddress().getPort());
    settings.set("fs.s3a.endpoint.region", "us-east-1");
    settings.set("fs.s3a.path.style.access", "true");
    settings.set("fs.s3a.connection.ssl.enabled", "false");
    settings.set(
        "fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
    settings.set("fs.s3a.attempts.maximum", "1");
    settings.set("fs.s3a.retry.limit", "1");
    return new SceneInput("odd", Location.open("s3a://" + UUID.randomUUID() + "/scene", settings));
  }

  private static void assertRefused(Verdict verdict, String words, String... present) {
    assertThatThrownBy(() -> scene(present).fetch(HostileInputs.LIMITS))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageContaining(words);
  }

  private static void assertHostile(String words, String... present) {
    assertRefused(Verdict.HOSTILE_INPUT, words, present);
    assertThat(READ).isEmpty();
  }

  @Test
  void keysThatLeadOutOfTheFolder() {
    assertHostile("out of its folder", "scene/a.jpg", "scene/../x");
    assertHostile(
        "out of its folder", "scene/a.jpg", "scene/../others/etc/passwd", "others/etc/passwd");
    assertHostile("out of its folder", "scene/a.jpg", "scene/b/../../../../etc/passwd");
  }

  @Test
  void keysThatNoFileCanHave() {
    assertHostile("isn't UTF-8, or is longer", "scene/a\ufffd.jpg");
    assertHostile("isn't UTF-8, or is longer", "scene/" + "x".repeat(300) + ".jpg");
    assertHostile("isn't UTF-8, or is longer", "scene/" + "x/".repeat(500) + "a.jpg");
    assertHostile("isn't UTF-8, or is longer", "scene/a\0.jpg");
    assertHostile("is a file and also a folder", "scene/a", "scene/a/b.jpg");
  }

  @Test
  void keysWithAnEmptyPart() {
    assertRefused(Verdict.INPUT_CHANGED, "", "scene//a.jpg");
  }

  @Test
  void folderMarkersWithBytesAndControlCharacters() throws IOException {
    try (SceneInput.Upload upload =
            scene("scene/", "scene/below/", "scene/a\u0001\n\u009b.jpg", "scene/b.jpg")
                .fetch(HostileInputs.LIMITS);
        Stream<Path> files = Files.walk(upload.path())) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("a\u0001\n\u009b.jpg", "b.jpg"); // rows, when they are read
    }
  }
}
