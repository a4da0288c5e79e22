package org.splatline.pipeline.cost;

import java.io.Serializable;

/**
 * The part of a machine that one task held.
 *
 * @param seconds from the task's start to its end
 * @param cores cores that Spark reserved for the task
 * @param gpus number of GPUs, which may be a fraction; 0 if the task needed none
 * @param machine where the task ran
 * @param cudaDriver the newest CUDA that the driver of its GPU supports, such as {@code 13.0}; null
 *     if the task needed none, or a simulated one
 */
public record Held(double seconds, int cores, double gpus, Machine machine, String cudaDriver)
    implements Serializable {}
