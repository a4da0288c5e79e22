package org.splatline.pipeline.cli;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.spark.SparkSessions;

/** The Spark session of one command. Closing it stops Spark, unless Spark ran before it opened. */
final class CommandSpark implements AutoCloseable {
  private final SparkSession session;
  private final boolean started;

  private CommandSpark(SparkSession session, boolean started) {
    this.session = session;
    this.started = started;
  }

  static CommandSpark open(SparkConfig config, String command) {
    boolean started = SparkEnv.get() == null;
    return new CommandSpark(SparkSessions.open(config, "splatline " + command), started);
  }

  SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    if (started) {
      session.stop();
    }
  }
}
