package org.splatline.pipeline.report;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.cost.Prices;

/**
 * What a batch will take and cost. The hours are those that scenes hold cores and GPUs: without the
 * driver, idle machines and work that is repeated.
 *
 * @param scenes number of scenes
 * @param photographs of all scenes
 * @param estimatedScenes scenes whose photographs were not counted, but estimated
 * @param emptyScenes scenes without photographs, which take no time
 * @param withinHours in which time the batch is to be done
 * @param cpu ingest and structure from motion
 * @param gpu training, evaluation and export
 * @param costUsd of both
 * @param longest the scene that takes the longest; null if all are empty
 * @param notes what was assumed, and what will not work; one sentence each
 */
public record BatchPlan(
    int schemaVersion,
    int scenes,
    long photographs,
    int estimatedScenes,
    int emptyScenes,
    double withinHours,
    Machines cpu,
    Machines gpu,
    double costUsd,
    Longest longest,
    List<String> notes) {

  /**
   * The machines for one kind of work.
   *
   * @param hours core hours or GPU hours
   * @param instances how many are needed to be done in time
   */
  public record Machines(
      String instanceType,
      String purchaseOption,
      double hours,
      double instanceHours,
      long instances,
      double costUsd) {}

  /**
   * @param hours from the start of its first task to the end of its last, without queues
   */
  public record Longest(String sceneId, int photographs, double hours) {}

  /** A scene and its photographs. */
  public record Scene(String id, int photographs, boolean estimated) {}

  /**
   * What there is to choose from.
   *
   * @param cpuInstance type of the machines for COLMAP, bought on demand
   * @param gpuInstance type of the machines that train
   * @param gpuPurchase {@link Machine#ON_DEMAND} or {@link Machine#SPOT}
   * @param sfmCores cores that COLMAP has for one scene
   * @param withinHours in which time the batch is to be done
   */
  public record Choice(
      String cpuInstance,
      String gpuInstance,
      String gpuPurchase,
      int sfmCores,
      double withinHours) {
    public Choice {
      checkArgument(withinHours > 0, "Invalid --within: %s hours are not above 0", withinHours);
    }
  }

  public BatchPlan {
    notes = List.copyOf(notes);
  }

  /**
   * Plans a batch. Throws {@link ConfigException} for an instance that is not in the price list,
   * and for one without a GPU that is to train.
   */
  public static BatchPlan of(List<Scene> scenes, WorkRates rates, Prices prices, Choice choice) {
    List<Scene> full = scenes.stream().filter(scene -> scene.photographs() > 0).toList();
    long photographs = full.stream().mapToLong(Scene::photographs).sum();
    List<String> notes = new ArrayList<>();
    Machines cpu =
        machines(
            choice.cpuInstance(),
            Machine.ON_DEMAND,
            photographs * rates.coreSeconds().value() / 3600,
            prices.instance(choice.cpuInstance()).vcpus(),
            full.size(),
            choice,
            prices,
            notes);
    Machines gpu =
        machines(
            choice.gpuInstance(),
            choice.gpuPurchase(),
            full.size() * rates.gpuSeconds().value() / 3600,
            gpus(prices, choice.gpuInstance()),
            full.size(),
            choice,
            prices,
            notes);
    Longest longest = longest(full, rates, choice);
    if (longest != null && longest.hours() > choice.withinHours()) {
      notes.add(
          "Scene %s alone takes %.1f h, more than %.1f h: more machines don't help. Give COLMAP more cores with spark.sfm-executor.cores, or the batch more time"
              .formatted(longest.sceneId(), longest.hours(), choice.withinHours()));
    }
    notes.add(
        "Core seconds per photograph: %.1f, %s"
            .formatted(rates.coreSeconds().value(), rates.coreSeconds().source()));
    notes.add(
        "GPU seconds per scene: %.1f, %s"
            .formatted(rates.gpuSeconds().value(), rates.gpuSeconds().source()));
    notes.add("Prices of %s, %s".formatted(prices.date(), prices.region()));
    return new BatchPlan(
        1,
        scenes.size(),
        photographs,
        (int) full.stream().filter(Scene::estimated).count(),
        scenes.size() - full.size(),
        choice.withinHours(),
        cpu,
        gpu,
        cpu.costUsd() + gpu.costUsd(),
        longest,
        notes);
  }

  private static int gpus(Prices prices, String type) {
    int gpus = prices.instance(type).gpus();
    if (gpus == 0) {
      throw new ConfigException(
          "Cannot train on %s: the price list says that it has no GPU. Give --instance one that has, such as %s"
              .formatted(
                  type,
                  prices.instances().entrySet().stream()
                      .filter(instance -> instance.getValue().gpus() > 0)
                      .map(instance -> instance.getKey())
                      .min(Comparator.naturalOrder())
                      .orElse("g6.2xlarge")));
    }
    return gpus;
  }

  /**
   * @param parts cores or GPUs of a machine
   * @param most no more parts than scenes are of use
   */
  private static Machines machines(
      String type,
      String purchase,
      double hours,
      int parts,
      int most,
      Choice choice,
      Prices prices,
      List<String> notes) {
    double instanceHours = hours / parts;
    OptionalDouble price = prices.instance(type).hour(purchase);
    if (price.isEmpty()) {
      price = prices.instance(type).hour(Machine.ON_DEMAND);
      notes.add(
          "The price list has no Spot price of %s: its on-demand price is taken, which is the most it can cost. Add spot-usd-hour to a copy of conf/prices.json, and name that as cost.prices"
              .formatted(type));
    }
    return new Machines(
        type,
        purchase,
        hours,
        instanceHours,
        Math.min(most, (long) Math.ceil(instanceHours / choice.withinHours())),
        price.getAsDouble() * instanceHours);
  }

  private static Longest longest(List<Scene> scenes, WorkRates rates, Choice choice) {
    return scenes.stream()
        .max(Comparator.comparingInt(Scene::photographs))
        .map(
            scene ->
                new Longest(
                    scene.id(),
                    scene.photographs(),
                    (scene.photographs() * rates.coreSeconds().value() / choice.sfmCores()
                            + rates.gpuSeconds().value())
                        / 3600))
        .orElse(null);
  }
}
