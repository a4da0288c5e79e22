package org.splatline.pipeline.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.Thresholds;
import org.splatline.pipeline.site.SiteWriter;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/** Writes the pages of a run from the tables and the store. */
final class RunPages {
  /** A run's rows, and those of the run before. */
  private record Rows(RunRows run, Optional<RunRows> before) {}

  private RunPages() {}

  /**
   * Writes the site, or only the pages of {@code singleFiles} if there are any. Returns where each
   * page to open is.
   */
  static List<String> write(
      PipelineConfig config,
      String runId,
      String out,
      List<String> singleFiles,
      Consumer<String> progress) {
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    Location target = Location.open(out, hadoop);
    target.checkWritable("--out");
    Rows rows =
        TablesSession.read(
            config,
            "report",
            tables -> {
              RunRows run = RunRows.read(tables, runId);
              return new Rows(run, run.before(tables));
            });
    SiteWriter site = new SiteWriter(rows.run(), Place.parse(config.storePlace()), hadoop);
    return Location.withTypes(
        target.place(),
        hadoop,
        typed -> {
          if (!singleFiles.isEmpty()) {
            return singleFiles.stream()
                .map(scene -> typed.uri(site.writeSingleFile(typed, scene)))
                .toList();
          }
          site.write(
              typed,
              rows.before().map(before -> RunComparison.of(before, rows.run(), Thresholds.DEFAULT)),
              progress);
          return List.of(typed.uri("index.html"));
        });
  }
}
