package org.splatline.gpu.train;

import static java.util.stream.Collectors.averagingDouble;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.metric.Psnr;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Intrinsics;

/**
 * Training views that are kept from training until a plateau is found, so that their PSNR says
 * whether training still helps: a model can go on fitting what it sees and get no better. After
 * GSta, Armagan et al. 2025. After the last check at which a plateau could still end training early
 * they are trained like all others. Held-out test views are never used.
 *
 * @param views indices of training views, ascending; empty if none are kept
 * @param firstCheck step of the first check
 * @param lastCheck step of the last check; 0 if there is none
 * @param everySteps steps between checks
 */
record KeptViews(List<Integer> views, int firstCheck, int lastCheck, int everySteps) {
  /** The scene must have this many times as many training views as are kept. */
  private static final int LEAST_VIEWS = 10;

  private static final KeptViews NONE = new KeptViews(List.of(), 0, 0, 1);

  KeptViews {
    views = List.copyOf(views);
  }

  /**
   * The views to keep. There are none if the scene has too few views, or if no plateau could be
   * found before the budget of steps ends.
   *
   * @param trainingViews their number
   * @param notBefore first step at which a plateau may be found
   * @param steps of the whole training
   */
  static KeptViews of(PlateauConfig config, int trainingViews, int notBefore, int steps) {
    int every = config.checkEverySteps();
    int first = Math.max(1, Math.floorDiv(notBefore + every - 1, every)) * every;
    int last = Math.floorDiv(steps - config.annealSteps() - 1, every) * every;
    boolean wanted = config.mode() == PlateauConfig.Mode.STOP && config.views() > 0;
    if (!wanted
        || trainingViews < (long) LEAST_VIEWS * config.views()
        || first + config.patienceSteps() > last) {
      return NONE;
    }
    List<Integer> views =
        IntStream.range(0, config.views())
            .mapToObj(i -> (int) ((2L * i + 1) * trainingViews / (2L * config.views())))
            .toList();
    return new KeptViews(views, first, last, every);
  }

  boolean isEmpty() {
    return views.isEmpty();
  }

  /** Whether a training that has found no plateau measures their PSNR after this step. */
  boolean isCheckedAt(int step) {
    return !isEmpty() && firstCheck <= step && step <= lastCheck && step % everySteps == 0;
  }

  /** The other training views, ascending. */
  int[] trained(int trainingViews) {
    return IntStream.range(0, trainingViews).filter(view -> !views.contains(view)).toArray();
  }

  /**
   * Mean PSNR of the kept views, dB. Renders are compared on other threads while the next view is
   * rendered.
   *
   * @param targets of all training views, at the size to measure at
   */
  double psnr(SplatModel model, List<Target> targets, RenderSettings settings) {
    List<CompletableFuture<Double>> psnrs = new ArrayList<>();
    for (int view : views) {
      Target target = targets.get(view);
      FloatImage rendered = model.render(target.camera(), settings);
      psnrs.add(CompletableFuture.supplyAsync(() -> psnr(rendered, target, settings)));
    }
    return psnrs.stream().collect(averagingDouble(CompletableFuture::join));
  }

  private static double psnr(FloatImage rendered, Target target, RenderSettings settings) {
    Intrinsics size = target.camera().intrinsics();
    Picture picture = AreaFilter.reduce(target.picture().load(), size.width(), size.height());
    FloatImage reference = new FloatImage(size.width(), size.height());
    picture.composeOver(settings.red(), settings.green(), settings.blue(), reference.rgb());
    picture.copyIgnored(rendered.rgb(), reference.rgb());
    return Psnr.of(rendered, reference, picture.counted());
  }
}
