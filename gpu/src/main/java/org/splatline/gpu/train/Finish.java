package org.splatline.gpu.train;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.RoundedPart;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * Trains the model that a file will hold. Part by part, in the order of {@link RoundedPart}, the
 * parameters are rounded as the format does and stay as they are, at learning rates of 0, while the
 * parts after them are trained to make up for it. Colours and opacities come last; nothing makes up
 * for their rounding. Nothing grows and nothing is pruned.
 */
final class Finish {
  /** The share of the steps that is done when each part after geometry is rounded. */
  private static final double[] DONE = {0.2, 0.4, 1};

  private final PreparedScene prepared;
  private final TrainConfig config;
  private final int steps;
  private final double rates;
  private final SplatBackend backend;
  private final double extent;
  private final ViewOrder order;

  /**
   * @param steps of all parts together
   * @param rates the learning rates, as a share of those at the end of training
   */
  Finish(PreparedScene prepared, TrainConfig given, int steps, double rates, SplatBackend backend) {
    this.prepared = prepared;
    this.config = FewViews.configFor(prepared.scene(), given);
    this.steps = steps;
    this.rates = rates;
    this.backend = backend;
    this.extent = SceneExtent.of(prepared.scene(), config.train());
    this.order =
        new ViewOrder(
            IntStream.range(0, prepared.targets().size()).toArray(), config.train().seed(), 0);
  }

  /**
   * The finished Gaussians, in the order of {@code trained}, which is not changed. All of them are
   * as {@code rounding} rounds them.
   */
  Gaussians run(Gaussians trained, ModelRounding rounding) {
    GaussianState state = GaussianState.of(trained.copy());
    Set<RoundedPart> frozen = EnumSet.noneOf(RoundedPart.class);
    RoundedPart[] parts = RoundedPart.values();
    int step = 0;
    for (int i = 0; i < DONE.length; i++) {
      rounding.round(parts[i], state.parameters());
      frozen.add(parts[i]);
      int until = (int) (steps * DONE[i]);
      state = train(state, frozen, step, until);
      step = until;
    }
    rounding.round(RoundedPart.COLOURS, state.parameters());
    return state.parameters();
  }

  private GaussianState train(GaussianState state, Set<RoundedPart> frozen, int from, int until) {
    TrainingLoad load = new TrainingLoad(state.size(), Precision.FLOAT, prepared.targets());
    try (SplatModel model = backend.load(state, load)) {
      model.useTargets(prepared.targets());
      for (int step = from + 1; step <= until; step++) {
        model.step(order.at(step), settings(state.parameters().shDegree(), frozen, step));
      }
      return model.state();
    }
  }

  private StepSettings settings(int degree, Set<RoundedPart> frozen, int step) {
    int last = config.train().steps();
    AdamSettings settings =
        config.optimizer().at(last, last, extent).ratesTimes(rates * fall(step));
    return new StepSettings(
        step,
        Backgrounds.at(config, degree, step),
        (float) config.train().ssimWeight(),
        without(frozen, settings),
        false);
  }

  /** Rates fall to nothing, so that the noise of single views does not stay in the model. */
  private double fall(int step) {
    return 1 - (step - 1.0) / steps;
  }

  private static AdamSettings without(Set<RoundedPart> frozen, AdamSettings rates) {
    boolean moves = !frozen.contains(RoundedPart.GEOMETRY);
    return new AdamSettings(
        moves ? rates.meansRate() : 0,
        moves ? rates.quatRate() : 0,
        frozen.contains(RoundedPart.SCALES) ? 0 : rates.scaleRate(),
        rates.opacityRate(),
        rates.sh0Rate(),
        frozen.contains(RoundedPart.BANDS) ? 0 : rates.shRestRate(),
        rates.beta1(),
        rates.beta2(),
        rates.epsilon(),
        rates.update());
  }
}
