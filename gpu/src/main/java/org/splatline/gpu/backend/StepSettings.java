package org.splatline.gpu.backend;

/**
 * One optimiser step.
 *
 * @param step counted from 1; Adam's bias correction uses it
 * @param render how to render, on which background
 * @param ssimWeight w in (1 - w) L1 + w (1 - SSIM)
 * @param adam rates and moments' decay
 * @param densifying whether to gather {@link SplatModel#densify}'s statistics
 */
public record StepSettings(
    int step, RenderSettings render, float ssimWeight, AdamSettings adam, boolean densifying) {}
