package org.splatline.gpu.cpu;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * One update by Adam (Kingma and Ba 2015, algorithm 1) with one learning rate per parameter family.
 * The bias is corrected by the global step.
 */
final class CpuAdam {
  private static final int GRAIN = 1024;

  /** All families except the masks, which {@link CpuMasks} updates. */
  private static final Set<ParameterFamily> FAMILIES =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(ParameterFamily.MASK_LOGITS)));

  /** Which parameters a call updates. */
  enum Part {
    /** All. */
    ALL,
    /** Bands 1 to 3 of the spherical harmonics. */
    BANDS,
    /** All but bands 1 to 3. */
    OTHERS
  }

  /** Which Gaussians a call updates. */
  interface Selection {
    boolean takes(int n);
  }

  /** Number of floats of band 0, which has its own learning rate. */
  private static final int BAND0 = 3;

  private final Workers workers;

  CpuAdam(Workers workers) {
    this.workers = workers;
  }

  /**
   * Updates {@code state} in place.
   *
   * @param update counted from 1, for the bias correction
   * @param updated Gaussians that are not updated keep parameters and moments
   */
  void update(
      GaussianState state,
      Gaussians gradients,
      int update,
      AdamSettings settings,
      Part part,
      Selection updated) {
    double correct1 = 1 - Math.pow(settings.beta1(), update);
    double correct2 = 1 - Math.pow(settings.beta2(), update);
    workers.loop(
        state.size(),
        GRAIN,
        (from, until) -> {
          for (ParameterFamily family : FAMILIES) {
            Family arrays = new Family(state, gradients, family, settings, correct1, correct2);
            for (int n = from; n < until; n++) {
              if (updated.takes(n)) {
                arrays.update(n, part);
              }
            }
          }
        });
  }

  /** One family's arrays and constants. */
  private static final class Family {
    private final float[] values;
    private final float[] gradients;
    private final float[] first;
    private final float[] second;
    private final int width;
    private final boolean isHarmonics;
    private final float rate;
    private final float restRate;
    private final float beta1;
    private final float beta2;
    private final float epsilon;
    private final float rootCorrect2;

    Family(
        GaussianState state,
        Gaussians gradients,
        ParameterFamily family,
        AdamSettings settings,
        double correct1,
        double correct2) {
      this.values = state.parameters().array(family);
      this.gradients = gradients.array(family);
      this.first = state.firstMoments().array(family);
      this.second = state.secondMoments().array(family);
      this.width = state.parameters().width(family);
      this.isHarmonics = family == ParameterFamily.SH_COEFFICIENTS;
      float base =
          switch (family) {
            case MEANS -> settings.meansRate();
            case QUATS -> settings.quatRate();
            case LOG_SCALES -> settings.scaleRate();
            case LOGIT_OPACITIES -> settings.opacityRate();
            case SH_COEFFICIENTS -> settings.sh0Rate();
            case MASK_LOGITS -> throw new IllegalArgumentException("Masks have their own rule");
          };
      this.rate = (float) (base / correct1);
      this.restRate = isHarmonics ? (float) (settings.shRestRate() / correct1) : rate;
      this.beta1 = settings.beta1();
      this.beta2 = settings.beta2();
      this.epsilon = settings.epsilon();
      this.rootCorrect2 = (float) Math.sqrt(correct2);
    }

    void update(int n, Part part) {
      int from = n * width;
      int bandsFrom = from + (isHarmonics ? BAND0 : width);
      if (part != Part.BANDS) {
        update(from, bandsFrom, rate);
      }
      if (part != Part.OTHERS) {
        update(bandsFrom, from + width, restRate);
      }
    }

    private void update(int from, int until, float stepRate) {
      for (int i = from; i < until; i++) {
        float gradient = gradients[i];
        float m = beta1 * first[i] + (1 - beta1) * gradient;
        float v = beta2 * second[i] + (1 - beta2) * gradient * gradient;
        first[i] = m;
        second[i] = v;
        values[i] -= stepRate * m / ((float) Math.sqrt(v) / rootCorrect2 + epsilon);
      }
    }
  }
}
