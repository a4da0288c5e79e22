package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.net.URI;

/**
 * Who is told how a run ended: configuration root {@code notify}.
 *
 * @param on which runs
 * @param webhook an http or https address that takes JSON by POST; empty: none
 * @param webhookSecret signs what is sent; empty: it isn't signed. A credential: no table and no
 *     log holds it
 * @param snsTopic an ARN; empty: none
 */
public record NotifyConfig(On on, String webhook, String webhookSecret, String snsTopic) {
  private static final String TOPIC = "arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]+";

  /** Which runs are told of. */
  public enum On {
    /** Each. */
    ALWAYS,
    /** Those whose exit code isn't 0. */
    FAILURE
  }

  public NotifyConfig {
    checkArgument(
        webhook.isEmpty() || isHttp(webhook),
        "Invalid notify.webhook: %s is no http or https address",
        webhook);
    checkArgument(
        snsTopic.isEmpty() || snsTopic.matches(TOPIC),
        "Invalid notify.sns-topic: %s is no topic's ARN, as in arn:aws:sns:us-east-1:123456789012:splats",
        snsTopic);
  }

  private static boolean isHttp(String address) {
    try {
      URI uri = URI.create(address);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Without what may be secret: a webhook's address often is. */
  @Override
  public String toString() {
    return "NotifyConfig[on=%s, webhook=%s, snsTopic=%s]"
        .formatted(on, webhook.isEmpty() ? "none" : "given", snsTopic);
  }
}
