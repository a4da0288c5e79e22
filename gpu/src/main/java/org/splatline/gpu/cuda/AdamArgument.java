package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.AdamSettings;

/** {@code struct Adam} of update.cu: Adam's constants at one step. */
final class AdamArgument extends StructArgument {

  AdamArgument(AdamSettings settings, int step) {
    this(
        settings,
        step,
        1 - Math.pow(settings.beta1(), step),
        Math.sqrt(1 - Math.pow(settings.beta2(), step)));
  }

  /** A rate as kernels take it: over 1 - beta1^step. */
  static float rate(float rate, AdamSettings settings, int step) {
    return (float) (rate / (1 - Math.pow(settings.beta1(), step)));
  }

  private AdamArgument(AdamSettings settings, int step, double correct1, double rootCorrect2) {
    super(
        (float) (settings.meansRate() / correct1),
        (float) (settings.quatRate() / correct1),
        (float) (settings.scaleRate() / correct1),
        (float) (settings.opacityRate() / correct1),
        (float) (settings.sh0Rate() / correct1),
        (float) (settings.shRestRate() / correct1),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        (float) (1 / rootCorrect2),
        step);
  }
}
