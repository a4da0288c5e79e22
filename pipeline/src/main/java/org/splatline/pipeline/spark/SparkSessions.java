package org.splatline.pipeline.spark;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.SparkConfig;

/** Starts Spark with Delta, from configuration root {@code spark}. */
public final class SparkSessions {
  /** A name: what Spark is started with doesn't see the tables. */
  public static final String LOG_STORE = "org.splatline.pipeline.table.S3ConditionalLogStore";

  private static Known known; // null: none yet

  private SparkSessions() {}

  /**
   * The session; whoever opens it calls {@link SparkSession#stop}, which both lanes declare alike.
   */
  public static SparkSession open(SparkConfig config, String application) {
    return open(conf(config), application);
  }

  /** The same, whose executors will train: they check their GPU at the start. */
  public static SparkSession open(PipelineConfig config, String application) {
    SparkConf conf = conf(config.spark());
    conf.set(SplatlinePlugin.BACKEND, config.train().train().backend());
    if (config.cost().asksMachines()) {
      conf.set(TaskHost.METADATA_URL, InstanceMetadata.EC2);
    }
    return open(conf, application);
  }

  private static SparkSession open(SparkConf conf, String application) {
    SparkSession session = SparkSession.builder().appName(application).config(conf).getOrCreate();
    session.sparkContext().setLogLevel("WARN");
    return session;
  }

  /** Hadoop's settings as a session of {@code config} would have them, before there is one. */
  public static Configuration hadoop(SparkConfig config) {
    return SparkHadoopUtil.get().newConfiguration(conf(config));
  }

  /**
   * Hadoop's settings in a JVM Spark runs in, driver or executor; only to be read. Made once: to
   * read them takes tens of milliseconds.
   */
  public static synchronized Configuration hadoop() {
    SparkEnv env = SparkEnv.get();
    if (known == null || known.env() != env) {
      known = new Known(env, SparkHadoopUtil.get().newConfiguration(env.conf()));
    }
    return known.hadoop();
  }

  private record Known(SparkEnv env, Configuration hadoop) {}

  /** What Spark would be started with under {@code key}; empty: nothing. */
  public static String setting(SparkConfig config, String key) {
    return conf(config).get(key, "");
  }

  /** Ours under what spark-submit brought under what the configuration says. */
  static SparkConf conf(SparkConfig config) {
    SparkConf submitted = new SparkConf(); // holds the spark.* system properties
    SparkConf conf = submitted.clone();
    conf.setIfMissing("spark.master", config.master());
    ours(config, conf.get("spark.master")).forEach(conf::setIfMissing);
    config.conf().forEach(conf::set);
    return conf;
  }

  /** Whether the executors live in the driver's JVM; spark-submit's master wins over ours. */
  public static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }

  /**
   * Executors come and go with the stages; an idle one of the CPU stages gives its cores back soon,
   * since a standalone worker has no others for one that trains.
   */
  private static void standalone(Map<String, String> ours) {
    ours.put("spark.dynamicAllocation.enabled", "true");
    ours.put("spark.dynamicAllocation.shuffleTracking.enabled", "true");
    ours.put("spark.dynamicAllocation.executorIdleTimeout", "15s");
    ours.put("spark.dynamicAllocation.cachedExecutorIdleTimeout", "15s");
    ours.put("spark.dynamicAllocation.shuffleTracking.timeout", "15s");
    ours.put("spark.executor.cores", "1"); // else one executor takes all of a worker's
    ours.put("spark.executor.extraJavaOptions", "-Dsplatline.log=executor.log"); // in its folder
  }

  private static Map<String, String> ours(SparkConfig config, String master) {
    Map<String, String> ours = new LinkedHashMap<>();
    ours.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    ours.put("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    ours.put("spark.delta.logStore.s3a.impl", LOG_STORE);
    ours.put("spark.delta.logStore.s3.impl", LOG_STORE);
    ours.put("spark.sql.session.timeZone", "UTC");
    ours.put("spark.sql.datetime.java8API.enabled", "true");
    ours.put("spark.sql.ansi.enabled", "true"); // Spark 4's default; both lanes answer alike
    ours.put("spark.scheduler.mode", config.parallelScenes() > 1 ? "FAIR" : "FIFO");
    ours.put("spark.task.reaper.enabled", "true"); // a cancelled scene frees its slot
    ours.put("spark.speculation", "false"); // a second trainer on the same scene
    ours.put("spark.plugins", SplatlinePlugin.class.getName());
    ours.put(SplatlinePlugin.NOTICE_FILE, config.notice().file());
    ours.put(SplatlinePlugin.NOTICE_URL, config.notice().url());
    ours.put(
        SplatlinePlugin.NOTICE_EVERY_MILLIS, Long.toString(config.notice().every().toMillis()));
    if (master.startsWith("spark://")) {
      standalone(ours);
    }
    // Tables of a few rows: one task a step, not 200 and 50, and no code compiled for them
    // (an append took 1.2 s instead of 1.8 s on two busy cores).
    ours.put("spark.sql.shuffle.partitions", "1");
    ours.put("spark.databricks.delta.snapshotPartitions", "1");
    ours.put("spark.sql.sources.parallelPartitionDiscovery.parallelism", "8"); // VACUUM: not 10,000
    ours.put("spark.sql.adaptive.enabled", "false");
    ours.put("spark.sql.codegen.wholeStage", "false");
    ours.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    if (isLocal(master)) {
      ours.put("spark.ui.enabled", "false");
      ours.put("spark.driver.host", "127.0.0.1");
      ours.put("spark.driver.bindAddress", "127.0.0.1");
      ours.put(
          "spark.sql.warehouse.dir",
          Path.of(System.getProperty("java.io.tmpdir"), "splatline-warehouse").toUri().toString());
    }
    return ours;
  }
}
