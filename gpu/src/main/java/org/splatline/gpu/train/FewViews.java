package org.splatline.gpu.train;

import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.scene.Scene;

/**
 * Applies {@link FewViewsConfig} to a scene, and tells the log what is different when it has few
 * photographs.
 */
final class FewViews {
  /** With fewer training views, a warning says that quality will be low. */
  static final int FEW = 20;

  private static final Logger LOG = LoggerFactory.getLogger(FewViews.class);

  private FewViews() {}

  /** The configuration that a scene is trained with. */
  static TrainConfig configFor(Scene scene, TrainConfig config) {
    int views = scene.trainViews().size();
    FewViewsConfig few = config.train().fewViews();
    TrainConfig applied = few.applied(config, views);
    if (views < FEW) {
      LOG.warn(
          "scene {}: it has only {} training views, so places between them may look wrong. Add"
              + " photographs",
          scene.id(),
          views);
    }
    if (few.appliesTo(views)) {
      LOG.info(
          "scene {}: its {} training views are fewer than train.few-views.below ({}): the degree of"
              + " spherical harmonics is {}, the weight of SSIM is {}, Gaussians are {}, and"
              + " Adam steps with {}",
          scene.id(),
          views,
          few.below(),
          applied.train().shDegree(),
          applied.train().ssimWeight(),
          applied.densify().grows() ? "added" : "not added",
          sums(applied.optimizer().accumulate()));
    }
    return applied;
  }

  private static String sums(AccumulateConfig accumulate) {
    return "each view"
        + accumulate.schedule().stream()
            .map(phase -> ", %d after step %d".formatted(phase.views(), phase.fromStep()))
            .collect(Collectors.joining());
  }
}
