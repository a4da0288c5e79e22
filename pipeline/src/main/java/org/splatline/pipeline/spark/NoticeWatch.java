package org.splatline.pipeline.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;

/**
 * Watches for a notice that this machine will be taken away: a file that appears, or EC2's Spot
 * notice from the instance's metadata service, version 2 (EC2 user guide, "Spot Instance
 * interruption notices": the notice comes two minutes ahead).
 */
final class NoticeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NoticeWatch.class);

  private final Path file;
  private final InstanceMetadata metadata; // null: none is asked
  private final Duration every;
  private final Thread thread = Threads.named("splatline-notice", this::watch);
  private final AtomicInteger notices = new AtomicInteger();
  private boolean isPresent;
  private boolean failing;

  /**
   * @param file whose appearance is a notice; null: none
   * @param url of the metadata service, as in {@code http://169.254.169.254}; null: none is asked
   */
  NoticeWatch(Path file, String url, Duration every) {
    this.file = file;
    this.metadata = url == null ? null : new InstanceMetadata(url);
    this.every = every;
  }

  void start() {
    if (file == null && metadata == null) {
      return;
    }
    thread.start();
  }

  /** The number of notices so far. A notice that disappears and comes again counts twice. */
  int notices() {
    return notices.get();
  }

  private void watch() {
    try {
      while (true) {
        checkAndContinue();
        Thread.sleep(every.toMillis());
      }
    } catch (InterruptedException closed) {
      // The executor ends.
    }
  }

  /** A failed check is logged; the watch continues, because the other kind of notice may work. */
  private void checkAndContinue() throws InterruptedException {
    try {
      check();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) { // logged once, until it works again
        LOG.error("Cannot look for a notice. It tries again every {}", every, e);
      }
      failing = true;
    }
  }

  /** Looks for a notice once. */
  void check() throws InterruptedException {
    String found = fileNotice();
    if (found == null) {
      found = spotNotice();
    }
    if (found != null && !isPresent) {
      LOG.warn("This machine will be taken away ({}): trainings write a checkpoint now", found);
      notices.incrementAndGet();
    }
    isPresent = found != null;
  }

  private String fileNotice() {
    return file != null && Files.exists(file) ? file.toString() : null;
  }

  private String spotNotice() throws InterruptedException {
    return metadata == null ? null : metadata.find("spot/instance-action").orElse(null);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
