package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.Accumulation.Group;
import org.splatline.gpu.backend.Accumulation.Use;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code optimizer.accumulate}: over how many views gradients are added up
 * before Adam steps. Adam then steps with the sum.
 *
 * @param bandsViews views per step of bands 1 to 3 of the spherical harmonics; 1 for each view
 * @param schedule views per step of all parameters; in order of steps, each view before the first
 */
public record AccumulateConfig(int bandsViews, List<AccumulatePhase> schedule)
    implements Serializable {

  /** The most views. A checkpoint waits for the end of a sum. */
  static final int MOST_VIEWS = 256;

  /** Adam steps with each view. */
  public static final AccumulateConfig NONE = new AccumulateConfig(1, List.of());

  /**
   * From a step on, all parameters step once per so many views.
   *
   * @param fromStep exclusive
   * @param views per step of Adam
   */
  public record AccumulatePhase(int fromStep, int views) implements Serializable {
    public AccumulatePhase {
      checkArgument(
          fromStep >= 0, "Invalid optimizer.accumulate.schedule: step %s is negative", fromStep);
      checkViews("schedule", views);
    }
  }

  public AccumulateConfig {
    checkViews("bands-views", bandsViews);
    schedule = List.copyOf(schedule);
    for (int i = 1; i < schedule.size(); i++) {
      checkArgument(
          schedule.get(i - 1).fromStep() < schedule.get(i).fromStep(),
          "Invalid optimizer.accumulate.schedule: step %s does not come after %s",
          schedule.get(i).fromStep(),
          schedule.get(i - 1).fromStep());
    }
  }

  private static void checkViews(String key, int views) {
    checkArgument(
        1 <= views && views <= MOST_VIEWS,
        "Invalid optimizer.accumulate.%s: %s views are not 1 to %s",
        key,
        views,
        MOST_VIEWS);
  }

  /** Whether Adam ever steps with a sum. */
  public boolean isOn() {
    return bandsViews > 1 || schedule.stream().anyMatch(phase -> phase.views() > 1);
  }

  /**
   * How a step uses its gradients. A sum ends at each multiple of its number of views, where that
   * number changes, and at each step in {@code changes}.
   *
   * @param changes the steps after which Gaussians are added or removed, or training ends: no sum
   *     may be open then
   */
  Accumulation at(int step, IntPredicate changes) {
    return new Accumulation(group(step, true, changes), group(step, false, changes));
  }

  private Group group(int step, boolean bands, IntPredicate changes) {
    Use use = use(step, bands, changes);
    int since = step - 1;
    while (since > 0 && use(since, bands, changes) == Use.ADD) {
      since--;
    }
    return new Group(use, since, updates(step, bands));
  }

  private Use use(int step, boolean bands, IntPredicate changes) {
    int views = views(step, bands);
    if (views == 1) {
      return Use.STEP;
    }
    boolean ends = step % views == 0 || views(step + 1, bands) != views || changes.test(step);
    return ends ? Use.ADD_AND_STEP : Use.ADD;
  }

  /**
   * A copy that adds up at least {@code views} views from a step on.
   *
   * @param fromStep exclusive
   */
  AccumulateConfig atLeast(int fromStep, int views) {
    if (views == 1) {
      return this;
    }
    return new AccumulateConfig(
        bandsViews,
        IntStream.concat(
                schedule.stream().mapToInt(AccumulatePhase::fromStep), IntStream.of(fromStep))
            .sorted()
            .distinct()
            .mapToObj(
                from ->
                    new AccumulatePhase(
                        from, Math.max(views(from + 1, false), from >= fromStep ? views : 1)))
            .toList());
  }

  private int views(int step, boolean bands) {
    int all = 1;
    for (AccumulatePhase phase : schedule) {
      all = step > phase.fromStep() ? phase.views() : all;
    }
    return bands ? Math.max(all, bandsViews) : all;
  }

  /** About how often Adam has stepped: sums that ended early are not counted. */
  private int updates(int step, boolean bands) {
    int updates = 0;
    int counted = 0; // steps that updates covers
    for (AccumulatePhase phase : schedule) {
      int until = Math.min(step, phase.fromStep());
      updates += Math.max(0, until - counted) / views(until, bands);
      counted = Math.max(counted, until);
    }
    return Math.max(1, updates + (step - counted) / views(step, bands));
  }

  /**
   * A copy with all steps multiplied by {@code factor}, and with the views of the schedule too, so
   * that Adam steps as often. If two entries then have the same step, the last one is kept.
   */
  AccumulateConfig scaledBy(double factor) {
    List<AccumulatePhase> scaled = new ArrayList<>();
    for (AccumulatePhase phase : schedule) {
      int from = StepScale.scale(phase.fromStep(), factor);
      if (!scaled.isEmpty() && scaled.get(scaled.size() - 1).fromStep() == from) {
        scaled.remove(scaled.size() - 1);
      }
      int views = Math.min(MOST_VIEWS, StepScale.scale(phase.views(), factor));
      scaled.add(new AccumulatePhase(from, views));
    }
    return new AccumulateConfig(bandsViews, scaled);
  }
}
