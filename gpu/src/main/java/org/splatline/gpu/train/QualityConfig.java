package org.splatline.gpu.train;

import java.io.Serializable;

/**
 * Targets, recorded as met or not.
 *
 * @param targetPsnr dB
 * @param targetBytes of the largest exported file
 */
public record QualityConfig(
    double targetPsnr, double targetSsim, double targetLpips, long targetBytes)
    implements Serializable {}
