package org.splatline.pipeline.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NoticeWatchTest {
  private static final Duration EVERY = Duration.ofMillis(100);

  private static void await(NoticeWatch watch, int notices) throws InterruptedException {
    while (watch.notices() < notices) {
      Thread.sleep(10);
    }
  }

  @Test
  void aFileCountsOnceEachTimeItAppears(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("going");
    try (NoticeWatch watch = new NoticeWatch(file, null, EVERY)) {
      watch.check();
      assertThat(watch.notices()).isZero();
      Files.createFile(file);
      watch.check();
      watch.check();
      assertThat(watch.notices()).isEqualTo(1);
      Files.delete(file);
      watch.check();
      Files.createFile(file);
      watch.check();
      assertThat(watch.notices()).isEqualTo(2);
    }
  }

  @Test
  void aStartedWatchChecksAgainAndAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("going");
    try (NoticeWatch watch = new NoticeWatch(file, null, EVERY)) {
      watch.start();
      Files.createFile(file);
      await(watch, 1);
    }
  }

  /** The service answers as EC2's does: a token first, 404 while there is no notice. */
  @Test
  void aSpotNoticeCounts() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String[] action = new String[1];
    server.createContext(
        "/latest/api/token",
        exchange -> answer(exchange, exchange.getRequestMethod().equals("PUT") ? 200 : 405, "t1"));
    server.createContext(
        "/latest/meta-data/spot/instance-action",
        exchange -> {
          boolean known =
              "t1".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
          answer(exchange, !known ? 401 : action[0] == null ? 404 : 200, String.valueOf(action[0]));
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    try (NoticeWatch watch = new NoticeWatch(null, url, EVERY)) {
      watch.check();
      assertThat(watch.notices()).isZero();
      action[0] = "{\"action\": \"terminate\", \"time\": \"2026-01-01T00:00:00Z\"}";
      watch.check();
      assertThat(watch.notices()).isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aServiceThatDoesNotAnswerIsNoNotice() throws Exception {
    try (NoticeWatch watch = new NoticeWatch(null, "http://127.0.0.1:9", EVERY)) {
      watch.check();
      assertThat(watch.notices()).isZero();
    }
  }

  /** The address has no scheme, so that each request fails before it is sent. */
  @Test
  void aFailedCheckDoesNotEndTheWatch(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("going");
    try (NoticeWatch watch = new NoticeWatch(file, "169.254.169.254", EVERY)) {
      watch.start();
      Thread.sleep(3 * EVERY.toMillis()); // some checks have failed
      Files.createFile(file);
      await(watch, 1);
      assertThat(watch.notices()).isEqualTo(1);
    }
  }
}
