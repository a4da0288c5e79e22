package org.splatline.pipeline.spark;

import java.io.IOException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.SceneBeat;

/**
 * A task's link to the driver and to the machine it runs on. {@link SplatlinePlugin} connects it.
 * Thread-safe.
 */
public final class TaskHost {
  private static final Logger LOG = LoggerFactory.getLogger(TaskHost.class);

  /** Setting: the metadata service that knows what machine this is; absent: none is asked. */
  static final String METADATA_URL = "spark.splatline.metadata-url";

  private final ProgressBoard progress; // of this JVM; used where it is the driver's
  private volatile PluginContext plugin; // null: not connected
  private volatile NoticeWatch notice; // null: not connected
  private volatile Machine machine; // null: not asked yet

  TaskHost(ProgressBoard progress) {
    this.progress = progress;
  }

  void connect(PluginContext context, NoticeWatch watch) {
    plugin = context;
    notice = watch;
  }

  void disconnect() {
    plugin = null;
    notice = null;
    machine = null;
  }

  /** Sends a scene's progress to the driver. A lost beat does not matter: another one follows. */
  public void send(SceneBeat beat) {
    SceneBeat signed = beat.from(name());
    PluginContext context = plugin;
    if (context == null || isDriver()) {
      progress.show(signed);
      return;
    }
    try {
      context.send(signed);
    } catch (IOException | RuntimeException e) {
      LOG.debug("a beat of scene {} is lost", beat.sceneId(), e);
    }
  }

  /** How many notices have come that the machine will be taken away soon. */
  public int notices() {
    NoticeWatch watch = notice;
    return watch == null ? 0 : watch.notices();
  }

  /** What machine this is, as its metadata service says; unknown where none is asked. */
  public Machine machine() {
    Machine known = machine;
    if (known == null) {
      known = askMetadata();
      machine = known;
    }
    return known;
  }

  private static Machine askMetadata() {
    SparkEnv env = SparkEnv.get();
    String url = env == null ? "" : env.conf().get(METADATA_URL, "");
    if (url.isEmpty()) {
      return Machine.UNKNOWN;
    }
    try {
      InstanceMetadata metadata = new InstanceMetadata(url);
      return new Machine(
          metadata.find("instance-type").orElse(""),
          metadata // or scheduled, or a capacity block: paid as on demand
              .find("instance-life-cycle")
              .filter(Machine.SPOT::equals)
              .orElse(Machine.ON_DEMAND));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Machine.UNKNOWN;
    }
  }

  /** {@code driver} with a local master, else {@code executor 3 on host}. */
  public String name() {
    SparkEnv env = SparkEnv.get();
    if (env == null || isDriver()) {
      return "driver";
    }
    return "executor %s on %s"
        .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }

  /** Whether the executors run in the driver's JVM, as with a local master. */
  public boolean isDriver() {
    SparkEnv env = SparkEnv.get();
    return env == null || "driver".equals(env.executorId());
  }
}
