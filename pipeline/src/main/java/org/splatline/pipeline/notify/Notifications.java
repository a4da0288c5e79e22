package org.splatline.pipeline.notify;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.pipeline.config.NotifyConfig;

/** Tells all who are to know how a run ended. Whatever comes of that, the run is as it was. */
public final class Notifications {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final Duration REPLY_WITHIN = Duration.ofSeconds(5);

  private final NotifyConfig config;
  private final List<Notifier> notifiers = new ArrayList<>();

  public Notifications(NotifyConfig config) {
    this(config, REPLY_WITHIN);
  }

  Notifications(NotifyConfig config, Duration replyWithin) {
    this.config = config;
    if (!config.webhook().isEmpty()) {
      notifiers.add(new Webhook(URI.create(config.webhook()), config.webhookSecret(), replyWithin));
    }
    if (!config.snsTopic().isEmpty()) {
      notifiers.add(new SnsTopic(config.snsTopic()));
    }
  }

  /**
   * @param out where it is said that one couldn't be told
   */
  public void tell(RunNotice notice, PrintStream out) {
    LOG.info("{}, {}, {} s", notice.title(), notice.verdicts(), Math.round(notice.seconds()));
    if (config.on() == NotifyConfig.On.FAILURE && notice.exitCode() == 0) {
      return;
    }
    for (Notifier notifier : notifiers) {
      try {
        notifier.tell(notice);
      } catch (IOException | RuntimeException e) {
        LOG.warn("cannot tell {}", notifier.name(), e);
        out.printf(
            "Cannot tell %s of run %s: %s. The run itself is as said%n",
            notifier.name(), notice.runId(), firstLine(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
