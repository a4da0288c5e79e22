package org.splatline.pipeline.report;

import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.splatline.pipeline.table.Tables;

/**
 * How much work a scene is.
 *
 * @param coreSeconds of ingest and structure from motion, per photograph
 * @param gpuSeconds of training, evaluation and export, per scene
 */
public record WorkRates(Rate coreSeconds, Rate gpuSeconds) {

  /**
   * A measured or assumed number.
   *
   * @param source where it is from, as part of a sentence
   */
  public record Rate(double value, String source) {}

  /** Without a history. */
  public static final WorkRates ASSUMED =
      new WorkRates(
          new Rate(
              185, // 3 299.7 s x 16 cores / 286
              "assumed: another pipeline's published 3,299.7 s for 286 drone photographs on the 16 vCPUs of a c6i.4xlarge"),
          new Rate(
              600, // 37.9 s x 11 + 180 s
              "assumed: 37.9 s on an H100 (docs/results.md: truck, profile quality), 11 times as long on an L4 by memory bandwidth, and 3 minutes to fetch, decode, evaluate and export"));

  /** Newest attempts count as much as old ones: machines and profiles change slowly. */
  private static final String QUERY =
      """
      WITH done AS (
        SELECT *, coalesce(gpu_instance_type = :instance, false) AS same FROM scene_runs
        WHERE steps IS NOT NULL AND profile = :profile AND cpu_seconds IS NOT NULL),
      reconstructed AS (
        SELECT * FROM done WHERE images_used > 0
          AND reused_stages NOT LIKE '%ingest%' AND reused_stages NOT LIKE '%sfm%'),
      trained AS (
        SELECT * FROM done WHERE gpu_seconds IS NOT NULL AND reused_stages NOT LIKE '%train%'),
      chosen AS (SELECT * FROM trained WHERE same OR NOT (SELECT coalesce(max(same), false) FROM trained))
      SELECT
        (SELECT count(*) FROM reconstructed),
        (SELECT sum(cpu_seconds) / sum(images_used) FROM reconstructed),
        (SELECT count(*) FROM chosen),
        (SELECT avg(gpu_seconds) FROM chosen),
        (SELECT coalesce(max(same), false) FROM trained)
      """;

  /**
   * The means over attempts of the tables that did all of this work themselves; where there are
   * none, what is assumed.
   *
   * @param instance the type whose trainings count, if there are any; else those of all types do
   */
  public static WorkRates of(Tables tables, String profile, String instance) {
    Row row = tables.ask(QUERY, Map.of("profile", profile, "instance", instance)).get(0);
    return new WorkRates(
        row.getLong(0) == 0
            ? ASSUMED.coreSeconds()
            : new Rate(row.getDouble(1), measured(row.getLong(0), profile, "that ran COLMAP")),
        row.getLong(2) == 0
            ? ASSUMED.gpuSeconds()
            : new Rate(
                row.getDouble(3),
                measured(
                    row.getLong(2),
                    profile,
                    row.getBoolean(4)
                        ? "trained on " + instance
                        : "trained on other GPUs than those of " + instance)));
  }

  private static String measured(long attempts, String profile, String which) {
    return String.format(
        Locale.ROOT,
        "mean of %,d attempts in the tables with profile %s, %s",
        attempts,
        profile,
        which);
  }
}
