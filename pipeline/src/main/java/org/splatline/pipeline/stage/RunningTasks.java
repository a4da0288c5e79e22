package org.splatline.pipeline.stage;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Since when the task of each of Spark's stages runs, its present try. Thread-safe. */
final class RunningTasks extends SparkListener {
  private final LongSupplier nanoTime;
  private final Map<Integer, Try> tries = new ConcurrentHashMap<>(); // by stage

  private record Try(long taskId, long sinceNanos) {}

  RunningTasks(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    tries.put(start.stageId(), new Try(start.taskInfo().taskId(), nanoTime.getAsLong()));
  }

  /** Another try may have started before this one is known to be lost. */
  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    long taskId = end.taskInfo().taskId();
    tries.computeIfPresent(end.stageId(), (stage, now) -> now.taskId() == taskId ? null : now);
  }

  /** When the try began; empty: none runs. */
  OptionalLong sinceNanos(int stage) {
    Try now = tries.get(stage);
    return now == null ? OptionalLong.empty() : OptionalLong.of(now.sinceNanos());
  }
}
