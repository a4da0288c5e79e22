package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.MaskSettings;

/**
 * {@code struct MaskRules} of mask.cu: how masks learn at one step.
 *
 * @param volumeRate learning rate, divided by 1 - beta1^step; 0: the logit stays
 * @param bandRate as {@code volumeRate}
 * @param volumePull derivative of the regulariser by the sigmoid of the logit
 * @param bandPull as {@code volumePull}
 * @param logitLimit up to this logit a Gaussian, or a band, is masked
 */
public record MaskRulesArgument(
    float volumeRate, float bandRate, float volumePull, float bandPull, float logitLimit)
    implements StructArgument {

  public static MaskRulesArgument of(
      MaskSettings masks, AdamSettings adam, int step, int numGaussians) {
    return new MaskRulesArgument(
        AdamArgument.rate(masks.volumeRate(), adam, step),
        AdamArgument.rate(masks.bandRate(), adam, step),
        masks.volumeWeight() / numGaussians,
        masks.bandWeight() / numGaussians,
        masks.logitLimit());
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(volumeRate).and(bandRate).and(volumePull).and(bandPull).and(logitLimit);
  }
}
