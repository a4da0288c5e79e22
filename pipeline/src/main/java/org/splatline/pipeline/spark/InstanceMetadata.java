package org.splatline.pipeline.spark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * EC2's instance metadata service, version 2 (EC2 user guide, "Use the Instance Metadata Service"),
 * which describes the machine that asks. Outside EC2 nothing answers.
 */
final class InstanceMetadata {
  /** EC2's address of the service. */
  static final String EC2 = "http://169.254.169.254";

  private static final Logger LOG = LoggerFactory.getLogger(InstanceMetadata.class);
  private static final Duration REPLY_WITHIN = Duration.ofSeconds(2);
  private static final String TOKEN_SECONDS = "21600";

  private final String url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REPLY_WITHIN).build();

  /**
   * @param url as in {@link #EC2}
   */
  InstanceMetadata(String url) {
    this.url = url;
  }

  /** The text at {@code /latest/meta-data/PATH}; empty: there is none, or no service. */
  Optional<String> find(String path) throws InterruptedException {
    try {
      HttpResponse<String> token =
          send(
              request("/latest/api/token")
                  .header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)
                  .PUT(HttpRequest.BodyPublishers.noBody()));
      if (token.statusCode() != 200) {
        return Optional.empty();
      }
      HttpResponse<String> answer =
          send(
              request("/latest/meta-data/" + path)
                  .header("X-aws-ec2-metadata-token", token.body())
                  .GET());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      LOG.debug("no answer from {}", url, e);
      return Optional.empty();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(REPLY_WITHIN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
