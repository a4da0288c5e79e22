package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline register}: tells a catalogue where the tables are. */
@Command(
    name = "register",
    description =
        "Register the tables and the view metrics_latest in AWS Glue's catalogue, so that Athena can query them.",
    footer = {"", "Once is enough; again after an upgrade of the tables, which adds columns."})
final class RegisterCommand implements Callable<Integer> {
  @Option(
      names = "--glue",
      paramLabel = "DATABASE",
      required = true,
      description = "Glue's database; it is created if it is absent")
  private String database;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Glue's region (default: as the AWS SDK finds it)")
  private String region;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    GlueRegistration.run(tables.config(), database, region).forEach(out::println);
    out.flush();
    return 0;
  }
}
