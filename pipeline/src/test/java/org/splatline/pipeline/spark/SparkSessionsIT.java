package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.pipeline.input.ScenePriority;

@Tag("both-lanes")
class SparkSessionsIT {
  @AfterEach
  void forget() {
    System.clearProperty("spark.master");
  }

  @Test
  void aLocalMasterStaysOnThisHost() {
    SparkConf conf = SparkSessions.conf(SharedSpark.CONFIG);
    assertThat(conf.get("spark.driver.host")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(conf.contains("spark.dynamicAllocation.enabled")).isFalse();
  }

  /** spark-submit sets a system property; the configuration still says local. */
  @Test
  void theMasterOfSparkSubmitWins() {
    System.setProperty("spark.master", "yarn");
    SparkConf conf = SparkSessions.conf(SharedSpark.CONFIG);
    assertThat(conf.get("spark.master")).isEqualTo("yarn");
    assertThat(conf.contains("spark.driver.host")).isFalse();
    assertThat(conf.contains("spark.ui.enabled")).isFalse();
    assertThat(conf.get("spark.plugins")).isEqualTo(SplatlinePlugin.class.getName());
  }

  @Test
  void aStandaloneClusterStartsExecutorsWhenTheyAreNeeded() {
    System.setProperty("spark.master", "spark://host:7077");
    SparkConf conf = SparkSessions.conf(SharedSpark.CONFIG);
    assertThat(conf.get("spark.dynamicAllocation.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.dynamicAllocation.executorIdleTimeout")).isEqualTo("15s");
    assertThat(conf.get("spark.executor.cores")).isEqualTo("1");
    assertThat(conf.get("spark.executorEnv.LC_ALL")).isEqualTo("C.UTF-8");
  }

  /** Three kinds of tasks, two scenes in each at a time, and a commit. */
  @ParameterizedTest
  @CsvSource({
    "local, 'local[7,4]', 1",
    "local[2], 'local[7,4]', 2",
    "'local[9, 2]', 'local[9,2]', 9",
  })
  void aCommitNeverWaitsForAScene(String master, String slots, int cores) {
    System.setProperty("spark.master", master);
    SparkConf conf = SparkSessions.conf(SharedSpark.CONFIG);
    assertThat(conf.get("spark.master")).isEqualTo(slots);
    assertThat(conf.getInt("spark.default.parallelism", 0)).isEqualTo(cores);
    assertThat(slots).endsWith("," + conf.get("spark.task.maxFailures") + "]");
  }

  /** Spark finds no file of pools by itself: it does not see the resources of a submitted jar. */
  @Test
  void thePoolsOfPrioritiesHold() {
    SparkContext spark = SharedSpark.session().sparkContext();
    assertThat(weight(spark, ScenePriority.HIGH)).isEqualTo(4);
    assertThat(weight(spark, ScenePriority.NORMAL)).isEqualTo(2);
    assertThat(weight(spark, ScenePriority.LOW)).isEqualTo(1);
    assertThat(spark.getPoolForName("default").get().minShare()).isEqualTo(1);
  }

  private static int weight(SparkContext spark, ScenePriority priority) {
    return spark.getPoolForName(priority.word()).get().weight();
  }
}
