package org.splatline.pipeline.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.table.Tables;

/**
 * Scenes to run again, and an estimate of the work from the tables. A scene's estimate is its own
 * mean over attempts that trained it with the profile; without such attempts, the profile's mean
 * over all scenes; without these, its own mean with any profile. Structure from motion counts too,
 * although its earlier result is reused.
 *
 * @param scenes sorted by name
 * @param estimated number of scenes with an estimate
 * @param gpuSeconds GPU seconds of the scenes with an estimate
 * @param cpuSeconds core seconds of the scenes with an estimate
 * @param costUsd cost of the scenes with an estimate; null if no cost is known
 */
public record ReprocessPlan(
    String profile,
    List<Scene> scenes,
    int estimated,
    double gpuSeconds,
    double cpuSeconds,
    Double costUsd) {

  /**
   * @param source the scene's folder or archive in its last run
   * @param tenant whose scene it is; empty if no batch named anybody
   */
  public record Scene(String id, String source, String tenant) {}

  /** Throws {@link ConfigException} for scenes of one name and different tenants. */
  public ReprocessPlan {
    scenes = List.copyOf(scenes);
    checkNames(scenes);
  }

  /** The lines after the condition end a comment in it, also one with a backslash at its end. */
  private static final String QUERY =
      """
      WITH chosen AS (
        SELECT tenant, scene_id, source_uri
        FROM scenes LEFT JOIN metrics_latest USING (tenant, scene_id)
        WHERE
      %s

      ),
      trained AS (
        SELECT tenant, scene_id, profile, gpu_seconds, cpu_seconds, cost_usd FROM scene_runs
        WHERE steps IS NOT NULL AND cpu_seconds IS NOT NULL AND reused_stages NOT LIKE '%%train%%'),
      own AS (
        SELECT tenant, scene_id,
          avg(gpu_seconds) AS gpu, avg(cpu_seconds) AS cpu, avg(cost_usd) AS usd
        FROM trained WHERE profile = :profile GROUP BY tenant, scene_id),
      others AS (
        SELECT avg(gpu_seconds) AS gpu, avg(cpu_seconds) AS cpu, avg(cost_usd) AS usd
        FROM trained WHERE profile = :profile),
      ever AS (
        SELECT tenant, scene_id,
          avg(gpu_seconds) AS gpu, avg(cpu_seconds) AS cpu, avg(cost_usd) AS usd
        FROM trained GROUP BY tenant, scene_id)
      SELECT chosen.scene_id, chosen.source_uri,
        coalesce(own.gpu, others.gpu, ever.gpu) AS gpu,
        coalesce(own.cpu, others.cpu, ever.cpu) AS cpu,
        coalesce(own.usd, others.usd, ever.usd) AS usd,
        chosen.tenant
      FROM chosen
        LEFT JOIN own ON own.tenant = chosen.tenant AND own.scene_id = chosen.scene_id
        LEFT JOIN ever ON ever.tenant = chosen.tenant AND ever.scene_id = chosen.scene_id
        CROSS JOIN others
      ORDER BY 1, 6
      """;

  /**
   * @param condition SQL over the columns of {@code scenes} and {@code metrics_latest}
   * @throws ConfigException when it is more than a condition, or selects scenes of one name and
   *     different tenants
   */
  public static ReprocessPlan of(Tables tables, String condition, String profile) {
    tables.checkCondition(condition);
    List<Row> rows = tables.ask(QUERY.formatted(condition), Map.of("profile", profile));
    List<Row> known = rows.stream().filter(row -> !row.isNullAt(3)).toList();
    List<Row> priced = rows.stream().filter(row -> !row.isNullAt(4)).toList();
    return new ReprocessPlan(
        profile,
        rows.stream()
            .map(row -> new Scene(row.getString(0), row.getString(1), row.getString(5)))
            .toList(),
        known.size(),
        known.stream().mapToDouble(row -> row.getDouble(2)).sum(),
        known.stream().mapToDouble(row -> row.getDouble(3)).sum(),
        priced.isEmpty() ? null : priced.stream().mapToDouble(row -> row.getDouble(4)).sum());
  }

  /** A run has one scene of a name. */
  private static void checkNames(List<Scene> scenes) {
    for (int i = 1; i < scenes.size(); i++) {
      Scene one = scenes.get(i - 1);
      Scene other = scenes.get(i);
      if (one.id().equals(other.id())) {
        throw new ConfigException(
            "Cannot reprocess scene %s: tenant '%s' and tenant '%s' have a scene of this name, and a run can have only one. Reprocess one tenant at a time: add to --where, for example: and tenant = '%s'"
                .formatted(one.id(), one.tenant(), other.tenant(), one.tenant()));
      }
    }
  }

  /** The plan in one sentence. */
  public String sentence(String runId) {
    return String.format(
        Locale.ROOT,
        "run %s, profile %s: %d scenes; estimate from earlier runs of %d of them: %.1f GPU hours, %.1f core hours, %s",
        runId,
        profile,
        scenes.size(),
        estimated,
        gpuSeconds / 3600,
        cpuSeconds / 3600,
        costUsd == null ? "cost unknown" : String.format(Locale.ROOT, "%.2f USD", costUsd));
  }

  /** The batch as a manifest for {@code input.path}: one JSON object per line. */
  public byte[] manifest() {
    return scenes.stream()
        .map(ReprocessPlan::line)
        .collect(joining("\n", "", "\n"))
        .getBytes(UTF_8);
  }

  private static String line(Scene scene) {
    ObjectNode line =
        JsonNodeFactory.instance.objectNode().put("id", scene.id()).put("source", scene.source());
    return (scene.tenant().isEmpty() ? line : line.put("tenant", scene.tenant())).toString();
  }
}
