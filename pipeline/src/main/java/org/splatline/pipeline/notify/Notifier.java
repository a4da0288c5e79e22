package org.splatline.pipeline.notify;

import java.io.IOException;

/** One who is told. */
interface Notifier {
  /** As warnings name it, without secrets. */
  String name();

  /**
   * Tells it, trying again where that may help, for some seconds at most.
   *
   * @throws IOException when it could not be told; the message says why
   */
  void tell(RunNotice notice) throws IOException, InterruptedException;
}
