package org.splatline.pipeline.notify;

import java.io.IOException;

/** One receiver of notifications. */
interface Notifier {
  /** The name for warnings, without secrets. */
  String name();

  /**
   * Sends the notice. It retries for a few seconds when that may help.
   *
   * @throws IOException when the notice was not delivered; the message says why
   */
  void send(RunNotice notice) throws IOException, InterruptedException;
}
