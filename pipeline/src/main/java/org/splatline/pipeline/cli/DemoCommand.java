package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code splatline demo}: runs the whole pipeline on this machine, on photographs it makes. */
@Command(
    name = "demo",
    description = "Make photographs, start a local S3 and run the whole pipeline on them.",
    footer = {
      "",
      "One of its scenes is broken on purpose and ends as a row with a verdict. Exit codes: 0 all"
          + " went",
      "as planned, with that scene; 2 another scene is not done; others as of run."
    },
    subcommands = DemoCommand.Sql.class)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = "work/demo",
      description = "folder for all files of the demo (default: ${DEFAULT-VALUE})")
  private Path work;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "passed to run, as in --set train.steps=300; may be repeated")
  private List<String> settings = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    return new Demo(work).run(settings);
  }

  /** {@code splatline demo sql}: queries the tables that a demo wrote. */
  @Command(name = "sql", description = "Query the tables that the demo wrote.")
  static final class Sql implements Callable<Integer> {
    @Parameters(paramLabel = "QUERY", description = "a query in Spark SQL")
    private String query;

    @ParentCommand private DemoCommand demo;

    @Override
    public Integer call() throws IOException {
      return new Demo(demo.work).sql(query);
    }
  }
}
