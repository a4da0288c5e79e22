package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.table.Maintenance;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;

/**
 * Maintains the tables of a configuration.
 *
 * @param keep how far back the tables stay readable
 * @param progress receives one line per table
 */
record TablesMaintenance(Duration keep, PrintWriter progress) {

  TablesMaintenance {
    Maintenance.check(keep);
  }

  /** Compacts each table and deletes its old files; returns what was done, one line per table. */
  TextTable run(PipelineConfig config) {
    return TablesSession.change(
        config,
        "maintain",
        tables -> {
          Maintenance maintenance = tables.maintenance();
          return each(table -> maintenance.run(table, keep));
        });
  }

  /** Returns what {@link #run} would find, one line per table. */
  TextTable dryRun(PipelineConfig config) {
    return TablesSession.read(config, "maintain", tables -> each(tables.maintenance()::dryRun));
  }

  private TextTable each(Function<Table<?>, Maintenance.Outcome> work) {
    TextTable lines = new TextTable(List.of("table", "files", "after", "deletable"));
    for (Table<?> table : Tables.all()) {
      progress.println("maintain: " + table.name());
      Maintenance.Outcome outcome = work.apply(table);
      lines.add(
          List.of(
              outcome.table(),
              Long.toString(outcome.files()),
              Long.toString(outcome.filesAfter()),
              Long.toString(outcome.deletable())));
    }
    return lines;
  }
}
