package org.splatline.gpu.config;

/**
 * The configuration under {@code compat}: how files of an earlier format are read.
 *
 * @param useFileRates whether the file's learning rates and densification thresholds are used
 */
record CompatConfig(boolean useFileRates) {}
