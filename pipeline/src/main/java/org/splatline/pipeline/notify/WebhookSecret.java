package org.splatline.pipeline.notify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The key that signs notices. This class names no exception of the AWS SDK, so that it loads, and
 * can explain the failure, without the SDK.
 */
final class WebhookSecret {
  private static final String FILE = "file:";
  private static final String ARN = "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:.+";
  private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(10);

  private WebhookSecret() {}

  /**
   * Reads the key from where the configuration says it is.
   *
   * @param given {@code file:PATH}, whose whitespace at the end is left out; the ARN of a secret of
   *     AWS Secrets Manager that is a text; or the key itself
   * @throws IOException when it can't be read
   */
  static String read(String given) throws IOException {
    if (given.startsWith(FILE)) {
      return readFile(Path.of(given.substring(FILE.length())));
    }
    return given.matches(ARN) ? fetch(given) : given;
  }

  private static String readFile(Path file) throws IOException {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new IOException("notify.webhook-secret cannot be read from %s".formatted(file), e);
    }
  }

  /** The ARN gives the region; the AWS SDK finds the credentials. */
  private static String fetch(String arn) throws IOException {
    try (SecretsManagerClient secrets =
        SecretsManagerClient.builder()
            .region(Region.of(arn.split(":", -1)[3]))
            .overrideConfiguration(settings -> settings.apiCallTimeout(TOTAL_TIMEOUT))
            .build()) {
      String text = secrets.getSecretValue(request -> request.secretId(arn)).secretString();
      if (text == null || text.isEmpty()) {
        throw new IOException("secret %s holds no text".formatted(arn));
      }
      return text;
    } catch (RuntimeException e) { // of the SDK
      throw new IOException(
          "secret %s cannot be read: allow secretsmanager:GetSecretValue on it".formatted(arn), e);
    } catch (LinkageError e) { // the SDK is missing or has another version
      throw new IOException(
          "the secretsmanager module of the AWS SDK is missing from the class path or has the wrong version",
          e);
    }
  }
}
