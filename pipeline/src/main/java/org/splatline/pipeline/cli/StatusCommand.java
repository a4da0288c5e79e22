package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline status}: what a run is at. */
@Command(name = "status", description = "Say what a run is at, one line a scene.")
final class StatusCommand implements Callable<Integer> {
  private static final long EVERY_MILLIS = 5000;

  @Spec private CommandSpec spec;

  @Mixin private RunOptions run;

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Option(names = "--watch", description = "again every 5 s, until the run has ended")
  private boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    Store store = run.store();
    PrintWriter out = spec.commandLine().getOut();
    RunView view = RunView.read(store, run.runId());
    print(view, out);
    while (watch && view.exitCode() == null && !view.driverGone()) {
      Thread.sleep(EVERY_MILLIS);
      view = RunView.read(store, run.runId());
      print(view, out);
    }
    return 0;
  }

  private void print(RunView view, PrintWriter out) {
    out.print(json ? new String(Json.write(view), UTF_8) + "\n" : StatusText.of(view));
    out.flush();
  }
}
