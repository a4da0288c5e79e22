package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;

/**
 * Learned masks ({@link LearnedMasks}): updates their logits with Adam, then removes what they
 * mask.
 */
final class CpuMasks {
  private CpuMasks() {}

  /**
   * Updates {@code state} in place, after everything else of the step.
   *
   * @param gradients d loss / d logit, 0 where not visible
   * @param shDegree bands in use
   */
  static void update(
      GaussianState state,
      Gaussians gradients,
      int step,
      int shDegree,
      AdamSettings adam,
      MaskSettings settings) {
    Rule rule = new Rule(state, gradients, step, adam, settings);
    for (int n = 0; n < state.size(); n++) {
      rule.update(n, LearnedMasks.VOLUME, settings.volumeRate(), settings.volumeWeight());
      for (int band = 1; band <= shDegree; band++) {
        rule.update(n, band, settings.bandRate(), settings.bandWeight());
      }
      takeAway(state, n, settings.logitLimit());
    }
  }

  /** Turns a gradient by M = sigmoid(logit) into one by the logit. */
  static float throughSigmoid(float gradient, float logit) {
    float sigmoid = 1 / (1 + (float) Math.exp(-logit));
    return gradient * sigmoid * (1 - sigmoid);
  }

  private static void takeAway(GaussianState state, int n, float limit) {
    Gaussians g = state.parameters();
    if (LearnedMasks.isMasked(
        g.maskLogits()[n * LearnedMasks.WIDTH + LearnedMasks.VOLUME], limit)) {
      g.logitOpacities()[n] = LearnedMasks.HIDDEN_LOGIT;
      state.firstMoments().logitOpacities()[n] = 0;
      state.secondMoments().logitOpacities()[n] = 0;
    }
    LearnedMasks.clearBands(g, n, limit, g);
    LearnedMasks.clearBands(g, n, limit, state.firstMoments());
    LearnedMasks.clearBands(g, n, limit, state.secondMoments());
  }

  /** Adam (Kingma and Ba 2015, algorithm 1) with the regulariser's gradient added. */
  private static final class Rule {
    private final float[] logits;
    private final float[] first;
    private final float[] second;
    private final float[] gradients;
    private final int size;
    private final float limit;
    private final AdamSettings adam;
    private final double correct1;
    private final float rootCorrect2;

    Rule(
        GaussianState state,
        Gaussians gradients,
        int step,
        AdamSettings adam,
        MaskSettings settings) {
      this.logits = state.parameters().maskLogits();
      this.first = state.firstMoments().maskLogits();
      this.second = state.secondMoments().maskLogits();
      this.gradients = gradients.maskLogits();
      this.size = state.size();
      this.limit = settings.logitLimit();
      this.adam = adam;
      this.correct1 = 1 - Math.pow(adam.beta1(), step);
      this.rootCorrect2 = (float) Math.sqrt(1 - Math.pow(adam.beta2(), step));
    }

    /** Updates one logit. A mask that is 0 stays 0. */
    void update(int n, int which, float rate, float weight) {
      int i = n * LearnedMasks.WIDTH + which;
      if (rate == 0 || LearnedMasks.isMasked(logits[i], limit)) {
        return;
      }
      float gradient = gradients[i] + throughSigmoid(weight / size, logits[i]);
      float m = adam.beta1() * first[i] + (1 - adam.beta1()) * gradient;
      float v = adam.beta2() * second[i] + (1 - adam.beta2()) * gradient * gradient;
      first[i] = m;
      second[i] = v;
      logits[i] -=
          (float) (rate / correct1) * m / ((float) Math.sqrt(v) / rootCorrect2 + adam.epsilon());
    }
  }
}
