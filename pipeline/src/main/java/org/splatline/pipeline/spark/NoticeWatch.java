package org.splatline.pipeline.spark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks out for the word that this machine will be taken away: a file that appears, or EC2's Spot
 * notice from the instance's metadata service, version 2 (EC2 user guide, "Spot Instance
 * interruption notices": it comes two minutes ahead).
 */
final class NoticeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NoticeWatch.class);
  private static final Duration REPLY_WITHIN = Duration.ofSeconds(2);
  private static final String TOKEN_SECONDS = "21600";

  private final Path file;
  private final String url;
  private final Duration every;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REPLY_WITHIN).build();
  private final Thread thread = new Thread(this::watch, "splatline-notice");
  private final AtomicInteger notices = new AtomicInteger();
  private boolean isPresent;

  /**
   * @param file null: none is looked for
   * @param url of the metadata service, as in {@code http://169.254.169.254}; null: it isn't asked
   */
  NoticeWatch(Path file, String url, Duration every) {
    this.file = file;
    this.url = url;
    this.every = every;
  }

  void start() {
    if (file == null && url == null) {
      return;
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** How many came since the start; one that goes and comes again counts twice. */
  int notices() {
    return notices.get();
  }

  private void watch() {
    try {
      while (true) {
        look();
        Thread.sleep(every.toMillis());
      }
    } catch (InterruptedException closed) {
      // The executor ends.
    }
  }

  private void look() throws InterruptedException {
    String found = fileNotice();
    if (found == null) {
      found = spotNotice();
    }
    if (found != null && !isPresent) {
      LOG.warn("This machine will be taken away ({}): trainings write a checkpoint now", found);
      notices.incrementAndGet();
    }
    isPresent = found != null;
  }

  private String fileNotice() {
    return file != null && Files.exists(file) ? file.toString() : null;
  }

  private String spotNotice() throws InterruptedException {
    if (url == null) {
      return null;
    }
    try {
      HttpResponse<String> token =
          send(
              request("/latest/api/token")
                  .header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)
                  .PUT(HttpRequest.BodyPublishers.noBody()));
      if (token.statusCode() != 200) {
        return null;
      }
      HttpResponse<String> action =
          send(
              request("/latest/meta-data/spot/instance-action")
                  .header("X-aws-ec2-metadata-token", token.body())
                  .GET());
      return action.statusCode() == 200 ? action.body() : null; // 404: no notice
    } catch (IOException e) {
      LOG.debug("no answer from {}", url, e);
      return null;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(REPLY_WITHIN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
