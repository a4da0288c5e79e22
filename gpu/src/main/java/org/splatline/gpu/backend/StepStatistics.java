package org.splatline.gpu.backend;

/**
 * Means over some steps.
 *
 * @param steps how many
 * @param loss (1 - w) L1 + w (1 - SSIM); NaN without steps
 * @param psnr dB, of the training views before each update; NaN without steps
 */
public record StepStatistics(int steps, double loss, double psnr) {}
