package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Store;

/** Prints the progress of a run, as its files in the store tell it. */
record RunProgress(PipelineConfig config, String runId, boolean json, PrintWriter out) {
  private static final long INTERVAL_MILLIS = 5000;

  /** Prints it once. */
  void print() {
    print(ConfiguredStore.open(config));
  }

  /** Prints it at intervals until the run has ended or its driver is gone. */
  void watch() throws InterruptedException {
    Store store = ConfiguredStore.open(config);
    RunView view = print(store);
    while (view.exitCode() == null && !view.driverGone()) {
      Thread.sleep(INTERVAL_MILLIS);
      view = print(store);
    }
  }

  private RunView print(Store store) {
    RunView view = RunView.read(store, runId);
    out.print(json ? new String(Json.write(view), UTF_8) + "\n" : StatusText.of(view));
    out.flush();
    return view;
  }
}
