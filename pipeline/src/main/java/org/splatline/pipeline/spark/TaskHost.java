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
 * The JVM a task runs in, as the task sees it: how it reaches the driver, and whether the machine
 * is about to be taken away. Filled by {@link SplatlinePlugin}.
 */
public final class TaskHost {
  private static final Logger LOG = LoggerFactory.getLogger(TaskHost.class);

  /** Setting: the metadata service that knows what machine this is; absent: none is asked. */
  static final String METADATA_URL = "spark.splatline.metadata-url";

  private static volatile PluginContext plugin;
  private static volatile NoticeWatch notice;
  private static volatile Machine machine; // null: not asked yet

  private TaskHost() {}

  static void attach(PluginContext context, NoticeWatch watch) {
    plugin = context;
    notice = watch;
  }

  static void detach() {
    plugin = null;
    notice = null;
    machine = null;
  }

  /** Tells the driver what a scene is at. A beat that is lost is followed by another. */
  public static void beat(SceneBeat beat) {
    SceneBeat signed = beat.from(name());
    PluginContext context = plugin;
    if (context == null || isDriver()) {
      ProgressBoard.show(signed);
      return;
    }
    try {
      context.send(signed);
    } catch (IOException | RuntimeException e) {
      LOG.debug("a beat of scene {} is lost", beat.sceneId(), e);
    }
  }

  /** Asks the driver; null when it can't be reached or has no answer. */
  static Object ask(Object question) {
    PluginContext context = plugin;
    if (context == null) {
      return null;
    }
    try {
      return context.ask(question);
    } catch (Exception e) { // whatever the driver's end throws
      LOG.debug("the driver doesn't answer {}", question, e);
      return null;
    }
  }

  /** How many notices the machine has had that it will be taken away soon. */
  public static int notices() {
    NoticeWatch watch = notice;
    return watch == null ? 0 : watch.notices();
  }

  /** What machine this is, by its own word; unknown where it isn't asked. */
  public static Machine machine() {
    Machine known = machine;
    if (known == null) {
      known = ask();
      machine = known;
    }
    return known;
  }

  private static Machine ask() {
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
  public static String name() {
    SparkEnv env = SparkEnv.get();
    if (env == null || isDriver()) {
      return "driver";
    }
    return "executor %s on %s"
        .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }

  private static boolean isDriver() {
    SparkEnv env = SparkEnv.get();
    return env == null || "driver".equals(env.executorId());
  }
}
