package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/**
 * How an executor learns that its machine will be taken away: {@code spark.notice}.
 *
 * @param file a file that appears before the machine goes; empty: none
 * @param url address of EC2's metadata service, which announces Spot interruptions; empty: not
 *     used. It has scheme http or https
 * @param every time between two checks
 */
public record NoticeConfig(String file, String url, Duration every) {
  public NoticeConfig {
    checkArgument(
        url.isEmpty() || HttpAddress.is(url),
        "Invalid spark.notice.url: %s is not an http or https address, such as http://169.254.169.254",
        url);
    checkArgument(every.toMillis() >= 100, "Invalid spark.notice.every: %s is below 100 ms", every);
  }
}
