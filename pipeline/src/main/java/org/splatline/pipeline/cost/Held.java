package org.splatline.pipeline.cost;

import java.io.Serializable;

/**
 * What one task held of its machine.
 *
 * @param seconds from the task's start to its end
 * @param cores that Spark reserved for it
 * @param gpus share of whole GPUs; 0: it needed none
 * @param machine where it ran
 */
public record Held(double seconds, int cores, double gpus, Machine machine)
    implements Serializable {}
