package org.splatline.pipeline.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.splatline.pipeline.store.Json;

/**
 * Sends the notice as JSON by POST. With a secret, header {@code Splatline-Signature:
 * t=UNIX_SECONDS,v1=HEX} holds the HMAC-SHA256 of {@code UNIX_SECONDS.BODY} (RFC 2104). Redirects
 * are not followed.
 */
final class Webhook implements Notifier {
  static final String SIGNATURE = "Splatline-Signature";
  private static final int ATTEMPTS = 3;

  private final URI address;
  private final String secret;
  private final Duration replyTimeout;
  private final Duration retryPause;
  private final HttpClient http;

  /**
   * @param secret key of the signature, or where it is ({@link WebhookSecret}); empty: no signature
   * @param replyTimeout timeout of each attempt
   * @param retryPause pause after the first attempt; later pauses are longer
   */
  Webhook(URI address, String secret, Duration replyTimeout, Duration retryPause) {
    this.address = address;
    this.secret = secret;
    this.replyTimeout = replyTimeout;
    this.retryPause = retryPause;
    this.http = HttpClient.newBuilder().connectTimeout(replyTimeout).build();
  }

  /** Only the host: the path may be a secret. */
  @Override
  public String name() {
    return "webhook at " + address.getHost();
  }

  @Override
  public void send(RunNotice notice) throws IOException, InterruptedException {
    HttpRequest request = request(Json.write(notice));
    for (int attempt = 1; ; attempt++) {
      String failure = failure(request);
      if (failure.isEmpty()) {
        return;
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(failure);
      }
      Thread.sleep(retryPause.multipliedBy(attempt).toMillis());
    }
  }

  /** Why an attempt failed; empty when it was accepted. Throws when a retry cannot help. */
  private String failure(HttpRequest request) throws IOException, InterruptedException {
    try { // the timeout covers the headers alone and a body may never end, so it is not read
      HttpResponse<InputStream> reply =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      reply.body().close();
      int code = reply.statusCode();
      if (code / 100 == 2) {
        return "";
      }
      String text = "it answered " + code;
      if (code / 100 != 5 && code != 429) {
        throw new RefusedException(text);
      }
      return text;
    } catch (RefusedException e) {
      throw e;
    } catch (IOException e) { // timeouts too
      return e.getMessage() == null ? "it cannot be reached" : e.getMessage();
    }
  }

  private HttpRequest request(byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(replyTimeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!secret.isEmpty()) {
      long now = Instant.now().getEpochSecond();
      request.header(
          SIGNATURE, "t=%d,v1=%s".formatted(now, signature(WebhookSecret.read(secret), now, body)));
    }
    return request.build();
  }

  private static String signature(String key, long now, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      mac.update((now + ".").getBytes(UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign: this JVM lacks HmacSHA256", e);
    }
  }

  /** The receiver refused the notice. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
