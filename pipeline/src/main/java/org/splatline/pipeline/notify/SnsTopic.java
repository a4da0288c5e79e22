package org.splatline.pipeline.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import org.splatline.pipeline.store.Json;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * A topic of Amazon SNS. The ARN gives its region; the AWS SDK finds the credentials. This class
 * names no exception of the SDK, so that it loads, and can explain the failure, without the SDK.
 */
final class SnsTopic implements Notifier {
  private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_SUBJECT_LENGTH = 100; // SNS API reference, "Publish"

  private final String arn;

  SnsTopic(String arn) {
    this.arn = arn;
  }

  @Override
  public String name() {
    return "SNS topic " + arn;
  }

  @Override
  public void send(RunNotice notice) throws IOException {
    String title = notice.title();
    try (SnsClient sns =
        SnsClient.builder()
            .region(Region.of(arn.split(":", -1)[3]))
            .overrideConfiguration(settings -> settings.apiCallTimeout(TOTAL_TIMEOUT))
            .build()) {
      sns.publish(
          message ->
              message
                  .topicArn(arn)
                  .subject(title.substring(0, Math.min(title.length(), MAX_SUBJECT_LENGTH)))
                  .message(new String(Json.write(notice), UTF_8)));
    } catch (LinkageError e) { // the SDK is missing or has another version
      throw new IOException(
          "the sns module of the AWS SDK is missing from the class path or has the wrong version",
          e);
    }
  }
}
