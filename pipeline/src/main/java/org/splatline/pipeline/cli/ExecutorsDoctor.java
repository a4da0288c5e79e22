package org.splatline.pipeline.cli;

import static org.splatline.gpu.cli.Doctor.Grade.FAULT;
import static org.splatline.gpu.cli.Doctor.Grade.OK;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.splatline.gpu.cli.Doctor.Finding;
import org.splatline.gpu.cli.Doctor.Grade;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.StageProfiles;

/**
 * Checks a cluster: one task on an executor of each kind, as a run asks for them.
 *
 * @param patience how long an executor may take to start and answer
 */
record ExecutorsDoctor(PipelineConfig config, Duration patience) {
  /** Leases of runs and GPUs compare clocks of machines. */
  private static final double MOST_SECONDS_APART = 5;

  /**
   * One line of the table.
   *
   * @param where {@code driver}, or the kind of executor, its number and its host
   */
  record Line(String where, Finding finding) {}

  /** Starts Spark, and stops it after. */
  List<Line> run(PrintWriter progress) throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    ClusterDoctor.pipeline(config).forEach(finding -> lines.add(new Line("driver", finding)));
    try (CommandSpark session = CommandSpark.open(config.spark(), "doctor")) {
      StageProfiles profiles = StageProfiles.of(session.session(), config);
      lines.add(new Line("driver", new Finding(OK, "profiles", profiles.sentence())));
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.session().sparkContext());
      for (ExecutorKind kind : ExecutorKind.values()) {
        progress.println("doctor: an executor of kind " + word(kind));
        progress.flush();
        lines.addAll(check(spark, profiles, kind));
      }
    }
    return lines;
  }

  private static String word(ExecutorKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private List<Line> check(JavaSparkContext spark, StageProfiles profiles, ExecutorKind kind)
      throws InterruptedException {
    ExecutorDoctor doctor =
        new ExecutorDoctor(
            kind,
            config.sfm().colmap(),
            config.train(),
            config.store().path().isBlank() ? "" : config.storePlace(),
            config.store().path().isBlank() ? "" : config.tablesPlace());
    try {
      ExecutorDoctor.Answer answer = ask(spark, profiles, kind, doctor);
      String where = word(kind) + ", " + answer.executor();
      List<Line> lines = new ArrayList<>();
      answer.findings().forEach(finding -> lines.add(new Line(where, finding)));
      lines.add(new Line(where, clock(spark, profiles, kind)));
      return lines;
    } catch (TimeoutException e) {
      return fault(
          kind,
          "none answered within %d s: the task waits for %s. Look at the cluster's free nodes and queues, or wait longer with --wait"
              .formatted(patience.toSeconds(), profiles.place(kind)));
    } catch (ExecutionException e) {
      return fault(kind, "its task failed: " + Sentences.of(e.getCause()));
    }
  }

  private static List<Line> fault(ExecutorKind kind, String text) {
    return List.of(new Line(word(kind), new Finding(FAULT, "executor", text)));
  }

  private <T> T ask(
      JavaSparkContext spark, StageProfiles profiles, ExecutorKind kind, Function<Integer, T> what)
      throws InterruptedException, ExecutionException, TimeoutException {
    JavaRDD<T> task = spark.parallelize(List.of(0), 1).map(what);
    JavaRDD<T> placed = profiles.of(kind).map(task::withResources).orElse(task);
    JavaFutureAction<List<T>> answer = placed.collectAsync();
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS).get(0);
    } finally {
      answer.cancel(true); // nothing happens to one that is done
    }
  }

  /** The executor has started, so that the question takes tens of milliseconds. */
  private Finding clock(JavaSparkContext spark, StageProfiles profiles, ExecutorKind kind)
      throws InterruptedException, ExecutionException, TimeoutException {
    long asked = System.currentTimeMillis();
    long theirs = ask(spark, profiles, kind, any -> System.currentTimeMillis());
    return clock(asked, theirs, System.currentTimeMillis());
  }

  /**
   * Compares an executor's clock with the driver's.
   *
   * @param asked the driver's time before, ms
   * @param theirs the executor's time, ms
   * @param answered the driver's time after, ms
   */
  static Finding clock(long asked, long theirs, long answered) {
    double halfWay = (asked + answered) / 2.0;
    double apart = (theirs - halfWay) / 1000;
    double within = (answered - asked) / 2000.0;
    String text =
        String.format(Locale.ROOT, "%+.2f s from the driver's, to within %.2f s", apart, within);
    boolean wrong = Math.abs(apart) - within > MOST_SECONDS_APART;
    return new Finding(
        wrong ? Grade.FAULT : OK,
        "clock",
        wrong ? text + ". Set the machines' clocks by NTP (chrony)" : text);
  }

  /** The table, with one line per finding. */
  static TextTable table(List<Line> lines) {
    TextTable table = new TextTable(List.of("where", "check", "grade", "answer"));
    for (Line line : lines) {
      table.add(
          List.of(
              line.where(),
              line.finding().subject(),
              line.finding().grade().name().toLowerCase(Locale.ROOT),
              line.finding().text()));
    }
    return table;
  }
}
