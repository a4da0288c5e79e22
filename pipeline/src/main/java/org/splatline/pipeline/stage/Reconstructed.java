package org.splatline.pipeline.stage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.sfm.SfmResult;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;

/**
 * What structure from motion found out about a scene.
 *
 * @param report how COLMAP went; null: COLMAP did not get to mapping, or was not needed
 * @param cameras null: the scene brought its own, or none were found
 * @param shortfall what the model lacks, one sentence; empty: nothing
 * @param alignment how well the photographs' GPS agrees with the model; null: it is not aligned
 */
record Reconstructed(SfmReport report, CameraCounts cameras, String shortfall, Alignment alignment)
    implements Serializable {
  /** The file beside {@code images/} and {@code sparse/} with the counts of COLMAP's model. */
  static final String COUNTS = "sfm.json";

  /** The folder of COLMAP's output. */
  static final String LOGS = "logs";

  private static final String REPORT = LOGS + "/" + SfmReport.FILE;

  /** A scene without a usable model. */
  static Reconstructed failed(SfmReport report) {
    return new Reconstructed(report, null, "", null);
  }

  /** COLMAP's model, whose scene folder is complete. */
  static Reconstructed byColmap(SfmResult result, SfmReport report) throws IOException {
    return new Reconstructed(
        report,
        new CameraCounts(result.registered(), result.points(), result.meanErrorPx()),
        result.shortfall(),
        alignment(result.sceneFolder()));
  }

  /** The model that a scene brought; {@code folder} is complete. */
  static Reconstructed brought(Path folder) throws IOException {
    return new Reconstructed(null, null, "", alignment(folder));
  }

  private static Alignment alignment(Path folder) throws IOException {
    Path file = folder.resolve(SceneReader.ALIGNMENT);
    return Files.exists(file) ? alignment(Files.readAllBytes(file)) : null;
  }

  private static Alignment alignment(byte[] bytes) {
    JsonNode json = Json.read(bytes, JsonNode.class);
    return new Alignment(
        json.path("inliers").asInt(),
        json.path("horizontal_rms_metres").asDouble(),
        json.path("vertical_rms_metres").asDouble());
  }

  /** What an earlier run, or another process, kept in the store. */
  static Reconstructed read(Artifact artifact) {
    Optional<JsonNode> counts =
        find(artifact, COUNTS).map(bytes -> Json.read(bytes, JsonNode.class));
    return new Reconstructed(
        find(artifact, REPORT).map(Reconstructed::report).orElse(null),
        counts.map(Reconstructed::cameras).orElse(null),
        counts.map(json -> json.path("shortfall").asText("")).orElse(""),
        find(artifact, SceneReader.ALIGNMENT).map(Reconstructed::alignment).orElse(null));
  }

  /** How many photographs COLMAP could read; 0: the scene of this folder brought its cameras. */
  static int readable(Path folder) throws IOException {
    Path counts = folder.resolve(COUNTS);
    return Files.exists(counts)
        ? Json.read(Files.readAllBytes(counts), JsonNode.class).path("readable").asInt()
        : 0;
  }

  private static Optional<byte[]> find(Artifact artifact, String path) {
    return artifact.files().containsKey(path) ? Optional.of(artifact.read(path)) : Optional.empty();
  }

  private static CameraCounts cameras(JsonNode json) {
    return new CameraCounts(
        json.path("registered").asInt(),
        json.path("points").asInt(),
        json.path("meanErrorPx").asDouble());
  }

  private static SfmReport report(byte[] json) {
    try {
      return SfmReport.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the report of structure from motion", e);
    }
  }
}
