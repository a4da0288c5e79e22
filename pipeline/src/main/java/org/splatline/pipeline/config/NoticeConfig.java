package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/**
 * How an executor learns that its machine will be taken away: {@code spark.notice}.
 *
 * @param file whose appearance says so; empty: none
 * @param url of EC2's metadata service, whose Spot notice says so; empty: it isn't asked
 * @param every how often it looks
 */
public record NoticeConfig(String file, String url, Duration every) {
  public NoticeConfig {
    checkArgument(every.toMillis() >= 100, "Invalid spark.notice.every: %s is below 100 ms", every);
  }
}
