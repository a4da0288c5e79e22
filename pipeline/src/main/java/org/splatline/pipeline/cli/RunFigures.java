package org.splatline.pipeline.cli;

import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunReport;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.Thresholds;

/** Reads the figures of runs from the tables. */
final class RunFigures {
  private RunFigures() {}

  /** The figures of one run. */
  static RunReport report(PipelineConfig config, String runId) {
    return TablesSession.read(
        config, "report", tables -> RunReport.of(RunRows.read(tables, runId)));
  }

  /** The differences between two runs. */
  static RunComparison compare(
      PipelineConfig config, String before, String after, Thresholds thresholds) {
    return TablesSession.read(
        config,
        "compare",
        tables ->
            RunComparison.of(
                RunRows.read(tables, before), RunRows.read(tables, after), thresholds));
  }
}
