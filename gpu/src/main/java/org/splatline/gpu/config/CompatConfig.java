package org.splatline.gpu.config;

/**
 * The part of the configuration under {@code compat}: how files of earlier names are read.
 *
 * @param useFileRates whether their learning rates and densification thresholds act
 */
record CompatConfig(boolean useFileRates) {}
