package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.AdamSettings;

/**
 * {@code struct Adam} of update.cuh: Adam's constants at one step. Rates are divided by 1 -
 * beta1^step.
 *
 * @param inverseRoot 1 / sqrt(1 - beta2^step)
 */
public record AdamArgument(
    float meansRate,
    float quatRate,
    float scaleRate,
    float opacityRate,
    float sh0Rate,
    float shRestRate,
    float beta1,
    float beta2,
    float epsilon,
    float inverseRoot,
    int step)
    implements StructArgument {

  public static AdamArgument of(AdamSettings settings, int step) {
    return new AdamArgument(
        rate(settings.meansRate(), settings, step),
        rate(settings.quatRate(), settings, step),
        rate(settings.scaleRate(), settings, step),
        rate(settings.opacityRate(), settings, step),
        rate(settings.sh0Rate(), settings, step),
        rate(settings.shRestRate(), settings, step),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        (float) (1 / Math.sqrt(1 - Math.pow(settings.beta2(), step))),
        step);
  }

  /** A rate as kernels take it: divided by 1 - beta1^step. */
  static float rate(float rate, AdamSettings settings, int step) {
    return (float) (rate / (1 - Math.pow(settings.beta1(), step)));
  }

  @Override
  public void write(StructWriter writer) {
    writer
        .and(meansRate)
        .and(quatRate)
        .and(scaleRate)
        .and(opacityRate)
        .and(sh0Rate)
        .and(shRestRate)
        .and(beta1)
        .and(beta2)
        .and(epsilon)
        .and(inverseRoot)
        .and(step);
  }
}
