package org.splatline.gpu.metric;

import java.io.Serializable;

/**
 * The quality of one held-out view.
 *
 * @param view the photograph's file name
 * @param psnr dB, at most 100
 * @param lpips null: not measured
 */
public record ViewMetrics(
    String view, double psnr, double ssim, Double lpips, int width, int height)
    implements Serializable {}
