package org.splatline.gpu.cli;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.train.DensifyConfig;
import org.splatline.gpu.train.OptimizerConfig;
import org.splatline.gpu.train.Phase;
import org.splatline.gpu.train.PlateauConfig;
import org.splatline.gpu.train.PruneConfig;
import org.splatline.gpu.train.ScheduleConfig;

/**
 * One part of training that an ablation switches. Parts that profiles use are switched off, others
 * are switched on.
 *
 * @param name as {@code --parts} takes it
 * @param words name of a training with this part switched
 * @param switching keys and values that switch it in a profile; none if that would change nothing
 */
record AblationPart(String name, String words, Function<Profile, Map<String, String>> switching) {

  /** The settings that parts depend on. Steps are not scaled. */
  private record Profile(
      ScheduleConfig train, DensifyConfig densify, PruneConfig prune, OptimizerConfig optimizer) {
    boolean hasPhases() {
      return !train.phases().isEmpty();
    }

    boolean stopsEarly() {
      return train.plateau().mode() == PlateauConfig.Mode.STOP;
    }

    boolean prunes() {
      return !prune.schedule().isEmpty();
    }

    boolean isByError() {
      return densify.growth() == DensifyConfig.Growth.ERROR;
    }

    boolean splitsAtRandom() {
      return densify.split() == DensifySettings.Split.Kind.RANDOM;
    }
  }

  /** More steps, and more views, than any training has, but few enough to be scaled. */
  private static final String NEVER = "1000000";

  /** All parts, in the order of the table. */
  static final List<AblationPart> ALL =
      List.of(
          new AblationPart("resolution", "without coarse phases", AblationPart::fullSize),
          new AblationPart(
              "blur",
              "without blur",
              p -> Map.of("train.blur.sigma", "0", "train.blur.final-sigma", "0")),
          part("length", "with all steps, however few views", "train.steps-per-view", "0"),
          part("bands", "all bands from the start", "train.sh-every-steps", "1"),
          new AblationPart(
              "coarse-growth",
              "the other growth threshold in coarse phases",
              p ->
                  p.hasPhases()
                      ? Map.of("densify.hold-coarse-growth", "" + !p.densify().holdCoarseGrowth())
                      : Map.of()),
          part(
              "opacity-reset",
              "without opacity resets and the removal of large Gaussians after the first",
              "densify.opacity-reset-every-steps",
              NEVER),
          part("pruning", "without pruning", "prune.schedule", "[]"),
          new AblationPart(
              "late-densification",
              "without late densification",
              p -> Map.of("densify.late.from-step", "0", "densify.late.until-step", "0")),
          pruned("volume", "without volume in the score", "prune.volume-exponent", "0"),
          part("precision", "with all numbers in 32 bits", "train.precision", "float"),
          part("plateau", "without plateau stop", "train.plateau.mode", "off"),
          new AblationPart(
              "kept-views",
              "with the plateau measured on 8 views that are kept from training",
              p -> p.stopsEarly() ? Map.of("train.plateau.views", "8") : Map.of()),
          new AblationPart(
              "annealing",
              "without annealing at the plateau",
              p -> p.stopsEarly() ? Map.of("train.plateau.anneal-steps", "0") : Map.of()),
          new AblationPart(
              "final-rates",
              "with all rates falling to a tenth in the last third",
              p -> Map.of("optimizer.final-share", "0.1", "optimizer.final-steps", "10000")),
          new AblationPart(
              "error-growth",
              "the other way to grow: by gradient, or by error within a budget",
              AblationPart::otherGrowth),
          new AblationPart(
              "long-axis",
              "the other way to split: at random places or along the longest axis",
              p -> Map.of("densify.split", p.splitsAtRandom() ? "long-axis" : "random")),
          new AblationPart(
              "opacity-decay",
              "with opacity decay, or without it where it is on",
              p ->
                  Map.of("densify.opacity-decay", p.densify().opacityDecay() == 1 ? "0.995" : "1")),
          part("morton", "without Morton order", "densify.reorder-every", "0"),
          new AblationPart("visible-adam", "Adam for all Gaussians", AblationPart::denseAdam),
          new AblationPart(
              "accumulation", "the other use of sums over several views", AblationPart::sums),
          phased("dilation", "with adaptive dilation", "train.dilation", "adaptive"),
          part("antialiasing", "with antialiasing", "train.antialiased", "true"),
          pruned("decaying", "with the decaying prune rule", "prune.rule", "decaying"),
          phased("linear", "with linear interpolation", "train.interpolation", "linear"),
          phased(
              "logarithmic",
              "with logarithmic interpolation",
              "train.interpolation",
              "logarithmic"),
          part(
              "spectrum",
              "with scales by the spectrum of its images",
              "train.resolution",
              "spectrum"),
          part("exposure", "with exposure per image", "train.exposure.enabled", "true"),
          part("near-plane", "with near planes by points", "train.near-plane", "points"),
          new AblationPart(
              "extent",
              "the other extent: by points or by cameras",
              p ->
                  Map.of(
                      "train.scene-extent",
                      p.train().sceneExtent() == ScheduleConfig.Extent.CAMERAS
                          ? "points"
                          : "cameras")),
          part("far", "with larger Gaussians far away", "densify.larger-far-away", "true"),
          part("few-views", "as a scene of few photographs", "train.few-views.below", NEVER),
          part("background", "with random background", "image.background", "random"));

  private static AblationPart part(String name, String words, String key, String value) {
    return new AblationPart(name, words, p -> Map.of(key, value));
  }

  /** A part that changes only profiles with phases. */
  private static AblationPart phased(String name, String words, String key, String value) {
    return new AblationPart(name, words, p -> p.hasPhases() ? Map.of(key, value) : Map.of());
  }

  /** A part that changes only profiles that prune. */
  private static AblationPart pruned(String name, String words, String key, String value) {
    return new AblationPart(name, words, p -> p.prunes() ? Map.of(key, value) : Map.of());
  }

  /** One phase of full size instead of coarse ones. With a phase, steps are still scaled. */
  private static Map<String, String> fullSize(Profile profile) {
    List<Phase> phases = profile.train().phases();
    return phases.isEmpty()
        ? Map.of()
        : Map.of(
            "train.phases",
            "[{until-step: %d, scale: 1}]".formatted(phases.get(phases.size() - 1).untilStep()));
  }

  private static Map<String, String> denseAdam(Profile profile) {
    Map<String, String> settings =
        new LinkedHashMap<>(profile.optimizer().accumulate().isOn() ? withoutSums() : Map.of());
    settings.put("optimizer.update", "all"); // which takes no sums
    return settings;
  }

  /** Sums are switched off in profiles that use them, otherwise on. */
  private static Map<String, String> sums(Profile profile) {
    return profile.optimizer().accumulate().isOn()
        ? withoutSums()
        : Map.of(
            "optimizer.accumulate.bands-views",
            "16",
            "optimizer.accumulate.schedule",
            "[{from-step: 15000, views: 32}, {from-step: 20000, views: 64}]");
  }

  private static Map<String, String> withoutSums() {
    return Map.of("optimizer.accumulate.bands-views", "1", "optimizer.accumulate.schedule", "[]");
  }

  /** By error needs a budget to end at; by gradient needs a threshold. */
  private static Map<String, String> otherGrowth(Profile profile) {
    DensifyConfig densify = profile.densify();
    if (profile.isByError()) {
      return densify.growGradient() > 0
          ? Map.of("densify.growth", "gradient")
          : Map.of("densify.growth", "gradient", "densify.grow-gradient", "2.0e-4");
    }
    return densify.budget().equals("none")
        ? Map.of("densify.growth", "error", "densify.budget", "auto")
        : Map.of("densify.growth", "error");
  }

  /** Keys and values that switch this part; empty if that would change nothing. */
  Map<String, String> settings(Configuration configuration) {
    return switching.apply(
        new Profile(
            configuration.section("train", ScheduleConfig.class),
            configuration.section("densify", DensifyConfig.class),
            configuration.section("prune", PruneConfig.class),
            configuration.section("optimizer", OptimizerConfig.class)));
  }

  /** The named parts in the order of the table; all parts if {@code names} is empty. */
  static List<AblationPart> named(List<String> names) {
    List<String> known = ALL.stream().map(AblationPart::name).toList();
    for (String name : names) {
      checkArgument(
          known.contains(name),
          "Unknown part %s in --parts. Nearest: %s. All parts: %s",
          name,
          EditDistance.nearest(name, known),
          String.join(", ", known));
    }
    return ALL.stream().filter(part -> names.isEmpty() || names.contains(part.name())).toList();
  }
}
