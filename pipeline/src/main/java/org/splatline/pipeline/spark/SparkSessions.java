package org.splatline.pipeline.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.splatline.gpu.io.PrivateFolder;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.store.Place;

/** Starts Spark with Delta, from configuration root {@code spark}. */
public final class SparkSessions {
  /** A class name, because this package does not see the tables. */
  public static final String LOG_STORE = "org.splatline.pipeline.table.S3ConditionalLogStore";

  /** Key of Spark's setting that names the log store of tables on S3. */
  public static final String S3A_LOG_STORE = "spark.delta.logStore.s3a.impl";

  private static final String LOCAL_LOG_STORE =
      "org.splatline.pipeline.table.LocalConditionalLogStore";

  private static final String S3_LOG_STORE = "spark.delta.logStore.s3.impl";

  private SparkSessions() {}

  /** Opens a session. The caller ends it with {@link SparkSession#stop}. */
  public static SparkSession open(SparkConfig config, String application) {
    return open(conf(config), application);
  }

  /** Opens a session whose executors train: they check their GPU at the start. */
  public static SparkSession open(PipelineConfig config, String application) {
    SparkConf conf = conf(config.spark());
    conf.set(SplatlinePlugin.BACKEND, config.train().train().backend());
    if (config.cost().asksMachines()) {
      conf.set(TaskHost.METADATA_URL, InstanceMetadata.EC2);
    }
    return open(conf, application);
  }

  private static SparkSession open(SparkConf conf, String application) {
    try {
      Path pools = writePools();
      try {
        conf.setIfMissing("spark.scheduler.allocation.file", Place.local(pools).toString());
        SparkSession session =
            SparkSession.builder().appName(application).config(conf).getOrCreate();
        session.sparkContext().setLogLevel("WARN");
        return session;
      } finally {
        Files.delete(pools); // Spark has read it
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot start Spark: a file in %s cannot be written. Make room there, or name another folder with -Djava.io.tmpdir"
              .formatted(System.getProperty("java.io.tmpdir")),
          e);
    }
  }

  /** A file, because Spark does not see this jar's resources when spark-submit loads the jar. */
  private static Path writePools() throws IOException {
    Path file = Files.createTempFile("splatline-pools-", ".xml");
    try (InputStream pools = SparkSessions.class.getResourceAsStream("pools.xml")) {
      Files.copy(pools, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** Hadoop's settings as spark-submit was given them, before there is a configuration. */
  public static Configuration submittedHadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /** Hadoop's settings of a session with {@code config}, before there is one. */
  public static Configuration hadoop(SparkConfig config) {
    return SparkHadoopUtil.get().newConfiguration(conf(config));
  }

  /** The value of {@code key} that Spark would be started with; empty: none. */
  public static String setting(SparkConfig config, String key) {
    return conf(config).get(key, "");
  }

  /** Our settings. Those of spark-submit replace ours, and the configuration replaces both. */
  static SparkConf conf(SparkConfig config) {
    SparkConf submitted = new SparkConf(); // holds the spark.* system properties
    SparkConf conf = submitted.clone();
    config.conf().forEach(conf::set);
    conf.setIfMissing("spark.master", config.master());
    conf.setIfMissing(S3A_LOG_STORE, conf.get(S3_LOG_STORE, LOG_STORE)); // s3 is s3a to us
    ours(config, conf.get("spark.master")).forEach(conf::setIfMissing);
    if (LocalMaster.is(conf.get("spark.master"))) {
      local(conf, config.parallelScenes());
    }
    return conf;
  }

  /** Whether the executors run in the driver's JVM. */
  public static boolean isLocal(String master) {
    return LocalMaster.is(master);
  }

  /** Slots and tries of a local master; SQL still divides its work by the cores. */
  private static void local(SparkConf conf, int parallelScenes) {
    LocalMaster master =
        LocalMaster.of(conf.get("spark.master"), conf.getInt("spark.task.maxFailures", 4));
    conf.set("spark.master", master.withRoomForCommits(parallelScenes));
    conf.set("spark.task.maxFailures", Integer.toString(master.failures()));
    conf.setIfMissing("spark.default.parallelism", Integer.toString(master.cores()));
  }

  /**
   * Executors come and go with the stages. An idle executor of the CPU stages gives its cores back
   * soon, because a standalone worker may have no other cores for an executor that trains.
   */
  private static void standalone(Map<String, String> ours) {
    ours.put("spark.dynamicAllocation.enabled", "true");
    ours.put("spark.dynamicAllocation.shuffleTracking.enabled", "true");
    ours.put("spark.dynamicAllocation.executorIdleTimeout", "15s");
    ours.put("spark.dynamicAllocation.cachedExecutorIdleTimeout", "15s");
    ours.put("spark.dynamicAllocation.shuffleTracking.timeout", "15s");
    ours.put("spark.executor.cores", "1"); // else one executor takes all cores of a worker
  }

  private static Map<String, String> ours(SparkConfig config, String master) {
    Map<String, String> ours = new LinkedHashMap<>();
    ours.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    ours.put("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    ours.put(S3_LOG_STORE, LOG_STORE); // for queries that name such a path themselves
    ours.put("spark.delta.logStore.file.impl", LOCAL_LOG_STORE);
    ours.put("spark.executorEnv.LC_ALL", "C.UTF-8"); // file names in any language
    ours.put("spark.sql.session.timeZone", "UTC");
    ours.put("spark.sql.datetime.java8API.enabled", "true");
    ours.put("spark.sql.ansi.enabled", "true"); // as Spark 4 does by default
    ours.put("spark.scheduler.mode", "FAIR");
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
    // Tables of a few rows: one task per step, not 200 and 50, and no code compiled for them
    // (an append took 1.2 s instead of 1.8 s on two busy cores).
    ours.put("spark.sql.shuffle.partitions", "1");
    ours.put("spark.databricks.delta.snapshotPartitions", "1");
    ours.put("spark.sql.sources.parallelPartitionDiscovery.parallelism", "8"); // VACUUM: not 10,000
    ours.put("spark.sql.adaptive.enabled", "false");
    ours.put("spark.sql.codegen.wholeStage", "false");
    ours.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    if (LocalMaster.is(master)) {
      ours.put("spark.ui.enabled", "false");
      ours.put("spark.driver.host", "127.0.0.1");
      ours.put("spark.driver.bindAddress", "127.0.0.1");
      ours.put(
          "spark.sql.warehouse.dir",
          "file:"
              + PrivateFolder.path(Path.of(System.getProperty("java.io.tmpdir")))
                  .resolve("warehouse"));
    }
    return ours;
  }
}
