package org.splatline.pipeline.notify;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.PlainText;
import org.splatline.pipeline.config.NotifyConfig;

/** Sends notifications about the end of a run. A failed one is logged; it never fails the run. */
public final class Notifications {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final NotifyConfig config;
  private final List<Notifier> notifiers = new ArrayList<>();

  public Notifications(NotifyConfig config) {
    this(config, REPLY_TIMEOUT, RETRY_PAUSE);
  }

  Notifications(NotifyConfig config, Duration replyTimeout, Duration retryPause) {
    this.config = config;
    if (!config.webhook().isEmpty()) {
      notifiers.add(
          new Webhook(
              URI.create(config.webhook()), config.webhookSecret(), replyTimeout, retryPause));
    }
    if (!config.snsTopic().isEmpty()) {
      notifiers.add(new SnsTopic(config.snsTopic()));
    }
  }

  /**
   * Sends the notice to all that are configured.
   *
   * @param out receives one line per failed notification
   */
  public void send(RunNotice notice, PrintStream out) {
    LOG.info("{}, {}, {} s", notice.title(), notice.verdicts(), Math.round(notice.seconds()));
    if (config.on() == NotifyConfig.On.FAILURE && notice.exitCode() == 0) {
      return;
    }
    for (Notifier notifier : notifiers) {
      try {
        notifier.send(notice);
      } catch (IOException | RuntimeException e) {
        LOG.warn("Cannot notify {}", notifier.name(), e);
        out.printf(
            "Cannot notify %s of run %s: %s. The result of the run is not affected%n",
            notifier.name(), notice.runId(), firstLine(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static String firstLine(Exception e) {
    return PlainText.line(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
  }
}
