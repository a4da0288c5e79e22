package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.ModelFiles;
import org.splatline.pipeline.report.Verification;
import org.splatline.pipeline.report.Verifier;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Tables;

/**
 * Checks the tables of a configuration against its store.
 *
 * @param hashes whether each model is downloaded and hashed
 * @param repair whether unfinished commits are completed first
 * @param progress receives one line per run
 */
record TablesVerification(
    PipelineConfig config, boolean hashes, boolean repair, PrintWriter progress) {

  /**
   * Throws {@link ConfigException} when the run or the tables are missing.
   *
   * @param runId null: all runs of the store
   */
  Verification run(String runId) {
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    Store store = Store.open(config.storePlace(), hadoop);
    if (runId != null) {
      RunView.find(store, runId);
    }
    List<String> runs = runId == null ? store.runs() : List.of(runId);
    ModelFiles models = new ModelFiles(hadoop, hashes);
    return repair
        ? TablesSession.change(
            config,
            "verify",
            tables -> {
              Verifier.repair(store, tables, runs);
              return verify(store, tables, models, runs);
            })
        : TablesSession.read(config, "verify", tables -> verify(store, tables, models, runs));
  }

  private Verification verify(Store store, Tables tables, ModelFiles models, List<String> runs) {
    return new Verifier(store, tables, models, line -> progress.println("verify: " + line))
        .run(runs);
  }
}
