package org.splatline.pipeline.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;

/**
 * The JVM of one driver of {@link Writers}: it appends to tables that another driver appends to.
 */
final class WriterMain {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int LONGEST_PAUSE_MILLIS = 200;

  private WriterMain() {}

  /**
   * Arguments: {@code NAME OTHER MEETING PLACE SEEDS COMMITS KEY=VALUE…}. These are the names of
   * this driver and of the other one, a folder for both to synchronise in, the tables' prefix, two
   * numbers, and settings of Spark.
   */
  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    Path meeting = Path.of(arguments[2]);
    SparkSession.Builder builder = SparkSession.builder().master("local[1]").appName(name);
    for (String setting : List.of(arguments).subList(6, arguments.length)) {
      String[] parts = setting.split("=", 2);
      builder.config(parts[0], parts[1]);
    }
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    for (int seed = 1; seed <= Integer.parseInt(arguments[4]); seed++) {
      String table = arguments[3] + "/" + seed;
      if (name.compareTo(arguments[1]) < 0) { // one of them creates the table
        append(spark, table, "made");
        Files.createFile(meeting.resolve(seed + ".made"));
      }
      await(meeting.resolve(seed + ".made"));
      Files.createFile(meeting.resolve(seed + "." + name));
      await(meeting.resolve(seed + "." + arguments[1]));
      List<String> confirmed = commit(spark, table, name, seed, Integer.parseInt(arguments[5]));
      Files.write(meeting.resolve(seed + "." + name + ".tmp"), confirmed);
      Files.move(
          meeting.resolve(seed + "." + name + ".tmp"),
          meeting.resolve(seed + "." + name + ".confirmed"));
    }
    spark.stop();
  }

  /** Returns the marks of the commits that Delta confirmed. */
  private static List<String> commit(
      SparkSession spark, String table, String name, int seed, int commits) throws Exception {
    Random random = new Random(seed * 31L + name.hashCode());
    List<String> confirmed = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
      String mark = name + "-" + i;
      try {
        append(spark, table, mark);
        confirmed.add(mark);
      } catch (RuntimeException e) { // a refused commit is not lost: the driver knows
        System.err.printf("seed %d: %s was refused: %s%n", seed, mark, e.getMessage());
      }
    }
    return confirmed;
  }

  private static void append(SparkSession spark, String table, String mark) {
    spark
        .range(1)
        .selectExpr("'" + mark + "' as mark")
        .coalesce(1)
        .write()
        .format("delta")
        .mode("append")
        .save(table);
  }

  private static void await(Path file) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Cannot go on: there is no " + file);
      }
      Thread.sleep(5);
    }
  }
}
