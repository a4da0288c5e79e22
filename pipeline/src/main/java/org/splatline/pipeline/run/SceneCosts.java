package org.splatline.pipeline.run;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import org.splatline.pipeline.config.CostConfig;
import org.splatline.pipeline.cost.Held;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.cost.Prices;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.Share;

/**
 * What scenes cost: seconds held times the machine's price. A task that trains on a GPU pays for
 * its share of the machine's GPUs, with all that is beside them; any other for its cores.
 */
final class SceneCosts {
  private final CostConfig config;
  private final Prices prices;

  SceneCosts(CostConfig config, Prices prices) {
    this.config = config;
    this.prices = prices;
  }

  /** Of the tasks of one attempt. */
  Cost of(List<Held> tasks) {
    return new Cost(
        share(
            tasks.stream().filter(task -> task.gpus() == 0).toList(),
            config.cpuInstanceType(),
            task -> task.seconds() * task.cores(),
            prices::ofCores),
        share(
            tasks.stream().filter(task -> task.gpus() > 0).toList(),
            config.gpuInstanceType(),
            task -> task.seconds() * task.gpus(),
            prices::ofGpus));
  }

  /** The last task's machine stands for all; each task is paid by its own. */
  private Share share(
      List<Held> tasks,
      String instanceType,
      ToDoubleFunction<Held> seconds,
      BiFunction<Machine, Double, OptionalDouble> price) {
    if (tasks.isEmpty()) {
      return Share.NONE;
    }
    double usd = 0;
    for (Held task : tasks) {
      usd +=
          price.apply(machine(task, instanceType), seconds.applyAsDouble(task)).orElse(Double.NaN);
    }
    Machine machine = machine(tasks.get(tasks.size() - 1), instanceType);
    boolean isKnown = !machine.instanceType().isEmpty();
    return new Share(
        tasks.stream().mapToDouble(seconds).sum(),
        isKnown ? machine.instanceType() : null,
        isKnown ? machine.purchaseOption() : null,
        Double.isNaN(usd) ? null : usd);
  }

  /** What the configuration says, and where it says so, what the machine said. */
  private Machine machine(Held task, String instanceType) {
    return new Machine(
        instanceType.equals(CostConfig.AUTO) ? task.machine().instanceType() : instanceType,
        config.purchaseOption().equals(CostConfig.AUTO)
            ? task.machine().purchaseOption()
            : config.purchaseOption());
  }
}
