package org.splatline.pipeline.chaos;

import io.delta.storage.HDFSLogStore;
import io.delta.storage.S3SingleDriverLogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.table.LocalConditionalLogStore;
import org.splatline.pipeline.table.S3ConditionalLogStore;

/**
 * Lets two drivers, each a JVM with Spark and Delta, append to one table at the same time, on S3
 * and on a local disk: with our log stores, and with those that Delta uses by default.
 */
final class Writers {
  static final int COMMITS = 15; // of each driver
  private static final List<String> DRIVERS = List.of("a", "b");
  private static final int PATIENCE_MINUTES = 60;

  private final Path folder;
  private final int seeds;

  Writers(Path folder, int seeds) {
    this.folder = folder;
    this.seeds = seeds;
  }

  /** The commits of all seeds. */
  private record Kept(int confirmed, int lost, int doubled, int seedsThatLost) {}

  /**
   * The outcome in words. Throws {@link IllegalStateException} when ours lost or doubled a commit.
   */
  String run() throws IOException, InterruptedException {
    Path jar = Path.of("pipeline", "target", "s3proxy", "s3proxy.jar");
    try (LocalS3 s3 = LocalS3.start(jar, Files.createDirectories(folder), "writers")) {
      String local = Files.createDirectories(folder.resolve("tables")).toUri().toString();
      return "on S3 "
          + both(
              s3,
              "s3",
              s3.uri("writers"),
              S3ConditionalLogStore.class,
              S3SingleDriverLogStore.class)
          + "; on a local disk "
          + both(s3, "local", local, LocalConditionalLogStore.class, HDFSLogStore.class);
    }
  }

  private String both(LocalS3 s3, String kind, String place, Class<?> ourStore, Class<?> itsStore)
      throws IOException, InterruptedException {
    Kept ours = run(s3, kind + "-ours", place + "/ours", ourStore);
    Kept stock = run(s3, kind + "-stock", place + "/stock", itsStore);
    String words =
        String.format(
            Locale.ROOT,
            "%d seeds x 2 drivers x %d commits: ours confirmed %d, lost %d, doubled %d; Delta's"
                + " own confirmed %d, lost %d in %d of the seeds",
            seeds,
            COMMITS,
            ours.confirmed(),
            ours.lost(),
            ours.doubled(),
            stock.confirmed(),
            stock.lost(),
            stock.seedsThatLost());
    if (ours.confirmed() != seeds * 2 * COMMITS || ours.lost() + ours.doubled() > 0) {
      throw new IllegalStateException(words);
    }
    return words;
  }

  private Kept run(LocalS3 s3, String kind, String place, Class<?> logStore)
      throws IOException, InterruptedException {
    Map<String, String> settings = new TreeMap<>();
    s3.hadoopSettings().forEach((key, value) -> settings.put("spark.hadoop." + key, value));
    for (String scheme : List.of("s3a", "file")) {
      settings.put("spark.delta.logStore." + scheme + ".impl", logStore.getName());
    }
    settings.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    settings.put(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.sql.shuffle.partitions", "1");
    settings.put("spark.databricks.delta.snapshotPartitions", "1");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.driver.host", "127.0.0.1");
    Path meeting = Files.createDirectories(folder.resolve(kind));
    List<Process> drivers = new ArrayList<>();
    for (String name : DRIVERS) {
      drivers.add(driver(name, meeting, place, settings));
    }
    for (Process driver : drivers) {
      if (!driver.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || driver.exitValue() != 0) {
        drivers.forEach(Process::destroyForcibly);
        throw new IllegalStateException("a driver failed, its log is in " + meeting);
      }
    }
    return count(meeting, place, settings);
  }

  private Process driver(String name, Path meeting, String place, Map<String, String> settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option :
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-opens")) {
        command.add(option);
      }
    }
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(WriterMain.class.getName());
    String other = DRIVERS.get(1 - DRIVERS.indexOf(name));
    command.addAll(List.of(name, other, meeting.toString(), place));
    command.addAll(List.of(Integer.toString(seeds), Integer.toString(COMMITS)));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(meeting.resolve("driver-" + name + ".log").toFile())
        .start();
  }

  /** Compares the confirmed commits with the rows of the tables, read by a third JVM: this one. */
  private Kept count(Path meeting, String place, Map<String, String> settings) throws IOException {
    SparkSession.Builder builder = SparkSession.builder().master("local[1]").appName("count");
    settings.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    int confirmed = 0;
    int lost = 0;
    int doubled = 0;
    int seedsThatLost = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      Map<String, Integer> marks = new HashMap<>();
      for (Row row : spark.read().format("delta").load(place + "/" + seed).collectAsList()) {
        marks.merge(row.getString(0), 1, Integer::sum);
      }
      List<String> marksConfirmed = new ArrayList<>();
      for (String name : DRIVERS) {
        marksConfirmed.addAll(
            Files.readAllLines(meeting.resolve(seed + "." + name + ".confirmed")));
      }
      int missing = (int) marksConfirmed.stream().filter(mark -> !marks.containsKey(mark)).count();
      confirmed += marksConfirmed.size();
      lost += missing;
      seedsThatLost += missing > 0 ? 1 : 0;
      doubled += (int) marks.values().stream().filter(count -> count > 1).count();
    }
    spark.stop();
    return new Kept(confirmed, lost, doubled, seedsThatLost);
  }
}
