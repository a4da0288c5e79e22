package org.splatline.pipeline.job;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.splatline.gpu.scene.SceneException;

/**
 * Runs one scene's work as a Spark job of its own, so that one scene's fault is never another's.
 */
final class SceneJobs {
  private final JavaSparkContext spark;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  SceneJobs(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Waits for the work to be done. The job's group is {@code run/scene/stage}.
   *
   * @throws SceneException the scene's verdict
   */
  void run(SceneSource scene, String stage, String description, SceneWork work) {
    String group = scene.runId() + "/" + scene.id() + "/" + stage;
    spark.setJobGroup(group, description + " " + scene.id(), true);
    running.add(group);
    try {
      spark.parallelize(List.of(scene), 1).map(work).first().orThrow();
    } finally {
      running.remove(group);
      spark.clearJobGroup();
    }
  }

  /** Cancels what is at work; its {@link #run} throws. */
  void cancelAll() {
    running.forEach(spark::cancelJobGroup);
  }
}
