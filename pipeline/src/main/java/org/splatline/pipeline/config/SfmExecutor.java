package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * The executors that run COLMAP, when they have their own resource profile: {@code
 * spark.sfm-executor}. Each one works on one scene at a time.
 *
 * @param cores cores per executor, which are COLMAP's threads
 * @param memory bytes of the Java heap
 * @param overhead bytes outside the heap, for COLMAP; 0: what the photographs need
 * @param maxOverhead most bytes outside the heap where {@code overhead} is 0
 */
public record SfmExecutor(int cores, long memory, long overhead, long maxOverhead) {
  public SfmExecutor {
    checkArgument(cores >= 1, "Invalid spark.sfm-executor.cores: %s is not at least 1", cores);
    checkArgument(
        memory >= 1 << 28, "Invalid spark.sfm-executor.memory: %s is below 256 MiB", memory);
    checkArgument(overhead >= 0, "Invalid spark.sfm-executor.overhead: %s is below 0", overhead);
    checkArgument(
        maxOverhead >= 1 << 28,
        "Invalid spark.sfm-executor.max-overhead: %s is below 256 MiB",
        maxOverhead);
  }
}
