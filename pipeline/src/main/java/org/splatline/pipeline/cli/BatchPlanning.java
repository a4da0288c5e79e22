package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.cost.Machine;
import org.splatline.pipeline.cost.Prices;
import org.splatline.pipeline.input.PhotographCount;
import org.splatline.pipeline.input.SceneFinder;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.report.BatchPlan;
import org.splatline.pipeline.report.WorkRates;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.PlaceFile;
import org.splatline.pipeline.store.Transfers;
import org.splatline.pipeline.table.Tables;

/**
 * Plans the batch of a configuration. It starts Spark only if there are tables with a history.
 *
 * @param instance type of the machines that train
 * @param spot whether they are Spot instances
 * @param cpuInstance type of the machines that run COLMAP
 * @param withinHours in which time the batch is to be done
 */
record BatchPlanning(
    PipelineConfig config, String instance, boolean spot, String cpuInstance, double withinHours) {

  BatchPlan run(PrintWriter progress) {
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    BatchPlan.Choice choice =
        new BatchPlan.Choice(
            cpuInstance,
            instance,
            spot ? Machine.SPOT : Machine.ON_DEMAND,
            config.spark().sfmExecutor().cores(),
            withinHours);
    Prices prices = Prices.read(config.cost().prices(), name -> PlaceFile.text(name, hadoop));
    prices.instance(instance); // an unknown one is refused before the scenes are listed
    prices.instance(cpuInstance);
    List<BatchPlan.Scene> scenes = scenes(hadoop);
    progress.println("plan: %d scenes listed".formatted(scenes.size()));
    progress.flush();
    return BatchPlan.of(scenes, rates(hadoop), prices, choice);
  }

  private List<BatchPlan.Scene> scenes(Configuration hadoop) {
    List<SceneSource> sources =
        SceneFinder.find("plan", Location.open(config.inputPlace(), hadoop), config.input());
    BatchPlan.Scene[] scenes = new BatchPlan.Scene[sources.size()];
    new Transfers()
        .run(
            IntStream.range(0, scenes.length)
                .<Runnable>mapToObj(i -> () -> scenes[i] = scene(sources.get(i), hadoop))
                .toList());
    return List.of(scenes);
  }

  private BatchPlan.Scene scene(SceneSource source, Configuration hadoop) {
    PhotographCount count =
        PhotographCount.of(
            source, Location.open(source.place(), hadoop), config.input().video().frames());
    return new BatchPlan.Scene(source.id(), count.photographs(), count.estimated());
  }

  private WorkRates rates(Configuration hadoop) {
    boolean hasPlace = !config.tables().path().isBlank() || !config.store().path().isBlank();
    return hasPlace && hasHistory(Location.open(config.tablesPlace(), hadoop))
        ? TablesSession.read(
            config, "plan", tables -> WorkRates.of(tables, config.train().profile(), instance))
        : WorkRates.ASSUMED;
  }

  private static boolean hasHistory(Location tables) {
    return tables.exists(Tables.SCENE_RUNS.name() + "/_delta_log");
  }
}
