package org.splatline.gpu.train;

import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.RoundedPart;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Trains the model that a file will hold. Part by part, in the order of {@link RoundedPart}, the
 * parameters are rounded as the format does and stay as they are, at learning rates of 0, while the
 * parts after them are trained to make up for it. Colours and opacities come last; nothing makes up
 * for their rounding. Nothing grows and nothing is pruned. Adam begins anew in each part and steps
 * with each view, also where training ended with sums of views: of 700 steps, sums of 32 views
 * leave 22, which made up for less (docs/formats.md).
 */
final class Finish {
  /** The share of the steps that is done when each part after geometry is rounded. */
  private static final double[] DONE = {0.2, 0.4, 1};

  private static final Logger LOG = LoggerFactory.getLogger(Finish.class);

  private final PreparedScene prepared;
  private final TrainConfig config;
  private final int steps;
  private final double rates;
  private final SplatBackend backend;
  private final ViewOrder order;
  private long loggedNanos = System.nanoTime();

  /**
   * @param steps of all parts together
   * @param rates the learning rates, as a share of those at the end of training
   */
  Finish(PreparedScene prepared, TrainConfig given, int steps, double rates, SplatBackend backend) {
    int views = prepared.targets().size();
    TrainConfig few = given.train().fewViews().applied(given, views);
    this.prepared = prepared;
    this.config = few.withSteps(TrainingLength.steps(few.train(), views));
    this.steps = steps;
    this.rates = rates;
    this.backend = backend;
    this.order = new ViewOrder(IntStream.range(0, views).toArray(), config.train().seed(), 0);
  }

  /**
   * The finished Gaussians, in the order of {@code trained}, which is not changed. All of them are
   * as {@code rounding} rounds them.
   *
   * @throws SceneException CANCELLED if the thread is interrupted
   */
  Gaussians run(Gaussians trained, ModelRounding rounding) {
    Gaussians finished = trained.copy();
    RoundedPart[] parts = RoundedPart.values();
    int step = 0;
    for (int i = 0; i < DONE.length; i++) {
      rounding.round(parts[i], finished);
      int until = (int) (steps * DONE[i]);
      finished = train(finished, parts[i], step, until);
      step = until;
    }
    rounding.round(RoundedPart.COLOURS, finished);
    return finished;
  }

  private Gaussians train(Gaussians gaussians, RoundedPart rounded, int from, int until) {
    // In 32 bits: parts that were rounded must stay as they are.
    TrainingLoad load = new TrainingLoad(gaussians.size(), Precision.FLOAT, prepared.targets());
    try (SplatModel model = backend.load(TrainingState.of(gaussians), load)) {
      model.useTargets(prepared.targets());
      for (int step = from + 1; step <= until; step++) {
        checkNotCancelled(step);
        model.step(order.at(step), settings(gaussians.shDegree(), rounded, from, step));
        log(step);
      }
      return model.gaussians();
    }
  }

  private void checkNotCancelled(int step) {
    if (Thread.currentThread().isInterrupted()) {
      throw new SceneException(
          Verdict.CANCELLED,
          "Cancelled scene %s in step %d of %d of a file's finish. Run again with the same --run-id to resume"
              .formatted(prepared.scene().id(), step, steps));
    }
  }

  private void log(int step) {
    long now = System.nanoTime();
    if (now - loggedNanos >= config.train().progressEvery().toNanos()) {
      loggedNanos = now;
      LOG.info("scene {}: step {} of {} of a file's finish", prepared.scene().id(), step, steps);
    }
  }

  private StepSettings settings(int degree, RoundedPart rounded, int from, int step) {
    int last = config.train().steps();
    AdamSettings settings = config.optimizer().at(last, last, 1).ratesTimes(rates * fall(step));
    return new StepSettings(
        step - from, // Adam's moments begin at zero in each part
        Backgrounds.at(config, degree, step),
        (float) config.train().ssimWeight(),
        without(rounded, settings),
        false);
  }

  /** Rates fall to nothing, so that the noise of the last views does not stay in the model. */
  private double fall(int step) {
    return 1 - (step - 1.0) / steps;
  }

  /** Rates of 0 for the parts up to {@code rounded}: geometry always is. */
  private static AdamSettings without(RoundedPart rounded, AdamSettings rates) {
    return new AdamSettings(
        0,
        0,
        rounded.compareTo(RoundedPart.SCALES) >= 0 ? 0 : rates.scaleRate(),
        rates.opacityRate(),
        rates.sh0Rate(),
        rounded.compareTo(RoundedPart.BANDS) >= 0 ? 0 : rates.shRestRate(),
        rates.beta1(),
        rates.beta2(),
        rates.epsilon(),
        rates.update());
  }
}
