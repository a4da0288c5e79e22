package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * The executors that train and match features, when they have their own resource profile: {@code
 * spark.train-executor}.
 *
 * @param cores cores per executor
 * @param memory bytes of the Java heap
 * @param overhead bytes outside the heap: pinned pictures, CUDA's own memory
 * @param gpus GPUs per executor, 0 or 1; 0: training needs no GPU and has no profile of its own
 * @param discoveryScript path on each node of a script that lists its GPUs; empty: as Spark is set
 *     up
 */
public record TrainExecutor(
    int cores, long memory, long overhead, int gpus, String discoveryScript) {
  public TrainExecutor {
    checkArgument(cores >= 1, "Invalid spark.train-executor.cores: %s is not at least 1", cores);
    checkArgument(
        memory >= 1 << 28, "Invalid spark.train-executor.memory: %s is below 256 MiB", memory);
    checkArgument(overhead >= 0, "Invalid spark.train-executor.overhead: %s is below 0", overhead);
    checkArgument(
        gpus == 0 || gpus == 1, "Invalid spark.train-executor.gpus: %s is not 0 or 1", gpus);
  }
}
