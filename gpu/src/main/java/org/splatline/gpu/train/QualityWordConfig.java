package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * When a model is good and when it is poor: {@link QualityWord}.
 *
 * @param goodPsnr dB, of held-out views
 * @param goodSsim of held-out views
 * @param goodGap PSNR of training views minus that of held-out views, dB
 * @param goodRegistered share of the photographs that have a camera, [0, 1]
 * @param poorPsnr dB, of held-out views
 * @param poorSsim of held-out views
 */
public record QualityWordConfig(
    double goodPsnr,
    double goodSsim,
    double goodGap,
    double goodRegistered,
    double poorPsnr,
    double poorSsim)
    implements Serializable {

  public QualityWordConfig {
    checkArgument(
        poorPsnr <= goodPsnr,
        "Invalid quality.word.poor-psnr: %s is above good-psnr, %s",
        poorPsnr,
        goodPsnr);
    checkArgument(
        poorSsim <= goodSsim,
        "Invalid quality.word.poor-ssim: %s is above good-ssim, %s",
        poorSsim,
        goodSsim);
  }
}
