package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Where notifications about the end of a run go: configuration root {@code notify}.
 *
 * @param on which runs are notified
 * @param webhook an http or https address that accepts JSON by POST; empty: none
 * @param webhookSecret signs the notification; empty: it is not signed. Also {@code file:PATH} or
 *     the ARN of a secret of AWS Secrets Manager. It is a credential: no table and no log contains
 *     it
 * @param snsTopic ARN of an Amazon SNS topic; empty: none
 */
public record NotifyConfig(On on, String webhook, String webhookSecret, String snsTopic) {
  private static final String TOPIC = "arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]+";

  /** Which runs are notified. */
  public enum On {
    /** Every run. */
    ALWAYS,
    /** Runs whose exit code is not 0. */
    FAILURE
  }

  public NotifyConfig {
    checkArgument(
        webhook.isEmpty() || HttpAddress.is(webhook),
        "Invalid notify.webhook: it is not an http or https address (it may be secret, so it is not shown)");
    checkArgument(
        snsTopic.isEmpty() || snsTopic.matches(TOPIC),
        "Invalid notify.sns-topic: %s is not the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:splats",
        snsTopic);
  }

  /** Leaves out what may be secret, also the webhook's address. */
  @Override
  public String toString() {
    return "NotifyConfig[on=%s, webhook=%s, snsTopic=%s]"
        .formatted(on, webhook.isEmpty() ? "none" : "given", snsTopic);
  }
}
