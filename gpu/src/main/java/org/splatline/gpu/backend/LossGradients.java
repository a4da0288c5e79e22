package org.splatline.gpu.backend;

import org.splatline.gpu.gaussian.Gaussians;

/**
 * A loss and its gradients.
 *
 * @param loss (1 - w) L1 + w (1 - SSIM)
 * @param gradients d loss / d each parameter, shaped as the parameters
 * @param means2d [N, 2] d loss / d mean2d, px⁻¹
 */
public record LossGradients(double loss, Gaussians gradients, float[] means2d) {}
