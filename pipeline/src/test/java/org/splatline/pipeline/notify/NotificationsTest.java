package org.splatline.pipeline.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.config.NotifyConfig;
import org.splatline.pipeline.config.NotifyConfig.On;

/** Against a real HTTP server. */
class NotificationsTest {
  private static final String SECRET = "a secret";
  private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:splats";
  private static final int SLOW = -1;
  private static final int ENDLESS = -2;

  private record Received(String signature, String body) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    received.add(new Received(exchange.getRequestHeaders().getFirst("Splatline-Signature"), body));
    int code = answers.isEmpty() ? 200 : answers.poll();
    if (code == SLOW) {
      return; // never answers
    }
    if (code == ENDLESS) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      return; // never ends its body
    }
    byte[] reply =
        exchange.getRequestHeaders().containsKey("X-Amz-Target")
            ? "{\"SecretString\": \"%s\"}".formatted(SECRET).getBytes(UTF_8)
            : "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
                .getBytes(UTF_8);
    exchange.sendResponseHeaders(code, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?key=hidden";
  }

  private static RunNotice notice(int exitCode) {
    return new RunNotice(
        1,
        "monday",
        exitCode,
        null,
        2,
        1,
        Map.of("OK", 1, "NO_MATCHES", 1),
        Map.of("poor", 1),
        12.5,
        "s3a://b/runs/monday",
        "s3a://b/tables",
        List.of(new RunNotice.Scene("broken", "NO_MATCHES", "Cannot reconstruct scene broken.")),
        List.of(new RunNotice.PoorScene("castle", 15.0, "11 photographs: take 30 more")));
  }

  private void send(NotifyConfig config, int exitCode) {
    send(config, exitCode, Duration.ofSeconds(10));
  }

  private void send(NotifyConfig config, int exitCode, Duration replyTimeout) {
    new Notifications(config, replyTimeout, Duration.ofMillis(1))
        .send(notice(exitCode), new PrintStream(printed, true, UTF_8));
  }

  private NotifyConfig webhook(On on) {
    return new NotifyConfig(on, address(), SECRET, "");
  }

  @Test
  void theWebhookGetsSignedJson() throws Exception {
    send(webhook(On.ALWAYS), 2);
    assertThat(received).hasSize(1);
    String body = received.get(0).body();
    JsonNode json = new ObjectMapper().readTree(body);
    assertThat(json.at("/run_id").asText()).isEqualTo("monday");
    assertThat(json.at("/exit_code").asInt()).isEqualTo(2);
    assertThat(json.at("/not_done/0/verdict").asText()).isEqualTo("NO_MATCHES");
    assertThat(json.at("/qualities/poor").asInt()).isEqualTo(1);
    assertThat(json.at("/poor/0/quality_detail").asText())
        .isEqualTo("11 photographs: take 30 more");
    assertThat(notice(2).title())
        .isEqualTo("Splatline run monday: 1 of 2 scenes done (1 poor), exit code 2");
    assertSigned(received.get(0));
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  private static void assertSigned(Received notice) throws Exception {
    String[] parts = notice.signature().split("[=,]", -1); // t=…,v1=…
    assertThat(Long.parseLong(parts[1])).isBetween(0L, Instant.now().getEpochSecond());
    assertThat(parts[3]).isEqualTo(hmac(parts[1] + "." + notice.body()));
  }

  private static String hmac(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    StringBuilder hex = new StringBuilder();
    for (byte b : mac.doFinal(text.getBytes(UTF_8))) {
      hex.append("%02x".formatted(b));
    }
    return hex.toString();
  }

  @Test
  void temporaryFailuresAreRetried() {
    answers.addAll(List.of(503, 429));
    send(webhook(On.ALWAYS), 0);
    assertThat(received).hasSize(3);
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void aRefusalIsNotRetried() {
    answers.add(403);
    send(webhook(On.ALWAYS), 0);
    assertThat(received).hasSize(1);
    assertThat(printed.toString(UTF_8))
        .isEqualTo(
            "Cannot notify webhook at 127.0.0.1 of run monday: it answered 403. The result of the run is not affected%n"
                .formatted());
  }

  @Test
  void aRedirectIsNotFollowed() {
    answers.add(302);
    send(webhook(On.ALWAYS), 0);
    assertThat(received).hasSize(1);
    assertThat(printed.toString(UTF_8)).contains("it answered 302");
  }

  @Test
  void aReceiverThatNeverAnswersTimesOut() {
    answers.addAll(Collections.nCopies(3, SLOW));
    send(webhook(On.ALWAYS), 0, Duration.ofMillis(100));
    assertThat(received).hasSize(3);
    assertThat(printed.toString(UTF_8)).contains("timed out").doesNotContain("hidden");
  }

  @Test
  @Timeout(10)
  void aReplyThatNeverEndsIsNotAwaited() {
    answers.add(ENDLESS);
    send(webhook(On.ALWAYS), 0);
    assertThat(received).hasSize(1);
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void anAbsentReceiverIsReported() {
    NotifyConfig config = webhook(On.ALWAYS);
    server.stop(0);
    send(config, 0);
    assertThat(printed.toString(UTF_8))
        .startsWith("Cannot notify webhook at 127.0.0.1 of run monday: ");
  }

  @Test
  void onlyFailuresIfAsked() {
    send(webhook(On.FAILURE), 0);
    assertThat(received).isEmpty();
    send(webhook(On.FAILURE), 2);
    assertThat(received).hasSize(1);
  }

  private void sendWithAws(NotifyConfig config) {
    Map<String, String> settings =
        Map.of(
            "aws.endpointUrl", "http://127.0.0.1:" + server.getAddress().getPort(),
            "aws.accessKeyId", "id",
            "aws.secretAccessKey", "key");
    settings.forEach(System::setProperty);
    try {
      send(config, 2);
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void theSecretMayBeInSecretsManager() throws Exception {
    String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hook-AbCdEf";
    sendWithAws(new NotifyConfig(On.ALWAYS, address(), arn, ""));
    assertThat(printed.toString(UTF_8)).isEmpty();
    assertThat(received).hasSize(2);
    assertThat(received.get(0).body()).isEqualTo("{\"SecretId\":\"%s\"}".formatted(arn));
    assertSigned(received.get(1));
  }

  @Test
  void theSecretMayBeInAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    send(new NotifyConfig(On.ALWAYS, address(), "file:" + file, ""), 2);
    assertSigned(received.get(0));
    Files.delete(file);
    send(new NotifyConfig(On.ALWAYS, address(), "file:" + file, ""), 2);
    assertThat(printed.toString(UTF_8))
        .contains("notify.webhook-secret cannot be read from " + file);
    assertThat(received).as("no notice without its signature").hasSize(1);
  }

  @Test
  void theTopicGetsTheNotice() {
    sendWithAws(new NotifyConfig(On.ALWAYS, "", "", TOPIC));
    assertThat(printed.toString(UTF_8)).isEmpty();
    assertThat(received).hasSize(1);
    assertThat(URLDecoder.decode(received.get(0).body(), UTF_8))
        .contains(
            "Action=Publish",
            "TopicArn=" + TOPIC,
            "Subject=Splatline run monday: 1 of 2 scenes done (1 poor), exit code 2",
            "\"run_id\" : \"monday\"");
  }

  @Test
  void wrongAddressesAreRefused() {
    assertThatThrownBy(() -> new NotifyConfig(On.ALWAYS, "ftp://x", "", ""))
        .hasMessageStartingWith("Invalid notify.webhook: it is not an http or https address")
        .hasMessageNotContaining("ftp://x");
    assertThatThrownBy(() -> new NotifyConfig(On.ALWAYS, "", "", "arn:aws:s3:::bucket"))
        .hasMessageStartingWith(
            "Invalid notify.sns-topic: arn:aws:s3:::bucket is not the ARN of a topic");
    assertThat(new NotifyConfig(On.ALWAYS, address(), SECRET, "").toString())
        .doesNotContain(SECRET, "hidden");
  }
}
