package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("both-lanes")
class SparkSessionsTest {
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
}
