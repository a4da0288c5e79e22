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
 * Computes what scenes cost: seconds held times the machine's price. A task that trains on a GPU
 * pays for its share of the machine's GPUs, which includes the rest of the machine. Any other task
 * pays for its cores.
 */
final class SceneCosts {
  private final CostConfig config;
  private final Prices prices;

  SceneCosts(CostConfig config, Prices prices) {
    this.config = config;
    this.prices = prices;
  }

  /** The cost of the tasks of one attempt. */
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

  /** The row names the last task's machine; each task is priced by its own machine. */
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

  /** The machine of the configuration; where that says {@code auto}, what the machine reported. */
  private Machine machine(Held task, String instanceType) {
    return new Machine(
        instanceType.equals(CostConfig.AUTO) ? task.machine().instanceType() : instanceType,
        config.purchaseOption().equals(CostConfig.AUTO)
            ? task.machine().purchaseOption()
            : config.purchaseOption());
  }
}
