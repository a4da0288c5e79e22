package org.splatline.pipeline.stage;

import org.splatline.pipeline.cost.Held;

/**
 * What one task of a scene took.
 *
 * @param queueSeconds from the request to run it to its end, without the time that it ran: it
 *     waited for a place, or tries of it were lost
 * @param resumes how often the training that it ended has continued from a checkpoint; null if it
 *     didn't train
 */
public record TaskUse(Held held, double queueSeconds, Integer resumes) {}
