package org.splatline.pipeline.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import org.splatline.pipeline.store.Json;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * A topic of Amazon SNS, by its ARN, in the ARN's region, with the credentials that the AWS SDK
 * finds. Names no exception of the SDK: without the SDK this class must load, to say so.
 */
final class SnsTopic implements Notifier {
  private static final Duration ALL_TRIES_WITHIN = Duration.ofSeconds(10);
  private static final int LONGEST_SUBJECT = 100; // SNS API reference, "Publish"

  private final String arn;

  SnsTopic(String arn) {
    this.arn = arn;
  }

  @Override
  public String name() {
    return "SNS topic " + arn;
  }

  @Override
  public void tell(RunNotice notice) throws IOException {
    String title = notice.title();
    try (SnsClient sns =
        SnsClient.builder()
            .region(Region.of(arn.split(":", -1)[3]))
            .overrideConfiguration(settings -> settings.apiCallTimeout(ALL_TRIES_WITHIN))
            .build()) {
      sns.publish(
          message ->
              message
                  .topicArn(arn)
                  .subject(title.substring(0, Math.min(title.length(), LONGEST_SUBJECT)))
                  .message(new String(Json.write(notice), UTF_8)));
    } catch (LinkageError e) { // absent, or of another version
      throw new IOException("the AWS SDK's sns module isn't on the class path, or doesn't fit", e);
    }
  }
}
