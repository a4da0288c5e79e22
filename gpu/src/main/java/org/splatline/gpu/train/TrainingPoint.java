package org.splatline.gpu.train;

import java.io.Serializable;

/**
 * One point of a training curve. Its values are means over the steps since the previous point.
 *
 * @param phase from 0
 * @param scale side length relative to the reduced picture
 * @param trainPsnr dB, on training views
 * @param deviceBytes device memory in use; null on the CPU, and in files of earlier versions
 */
public record TrainingPoint(
    int step,
    int phase,
    double scale,
    double loss,
    double trainPsnr,
    int gaussians,
    double stepsPerSecond,
    double seconds,
    Long deviceBytes)
    implements Serializable {}
