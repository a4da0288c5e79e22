package org.splatline.gpu.match;

/** Two photographs of a {@link DescriptorSource}, by their numbers from 0. */
public record PhotographPair(int first, int second) {}
