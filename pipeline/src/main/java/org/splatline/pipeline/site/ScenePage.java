package org.splatline.pipeline.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * What the page of a scene shows; scene.json. Paths are relative to the page.
 *
 * @param singleFile whether the page is one file with all in it
 * @param onItsOwn whether there is no page of the run above it
 * @param model null if the scene has none that the viewer reads
 * @param background of the pictures, as CSS writes it
 * @param points null if COLMAP found none
 * @param views held-out views with their pictures, as in metrics.json
 * @param curve as in curve.json
 * @param configuration null if it is not known
 */
record ScenePage(
    int schemaVersion,
    String scene,
    String run,
    int attempt,
    boolean singleFile,
    boolean onItsOwn,
    @JsonUnwrapped Answer answer,
    @JsonUnwrapped Figures figures,
    ModelFile model,
    String background,
    List<CameraOf> cameras,
    Points points,
    String preview,
    JsonNode views,
    JsonNode curve,
    List<FileOf> files,
    JsonNode configuration,
    Versions versions) {

  /**
   * How it ended.
   *
   * @param qualityWord null if nobody judged it, as {@code qualityDetail}
   */
  record Answer(
      String verdict,
      String verdictDetail,
      boolean done,
      String whoFixes,
      String qualityWord,
      String qualityDetail) {

    static Answer of(SceneRunRow row) {
      return new Answer(
          row.verdict().name(),
          row.verdictDetail(),
          row.verdict().isDone(),
          row.verdict().whoFixes().name(),
          row.metrics() == null ? null : row.metrics().qualityWord(),
          row.metrics() == null ? null : row.metrics().qualityDetail());
    }
  }

  /** The numbers; null where nothing was measured. */
  record Figures(
      Double psnr,
      Double ssim,
      Integer gaussians,
      Integer viewsTest,
      Integer viewsTrain,
      Integer steps,
      Double trainSeconds,
      double attemptSeconds,
      Double costUsd,
      Integer imagesUsed,
      Integer imagesRegistered,
      String profile,
      String configHash,
      String backend,
      String device,
      Long seed,
      String stoppedBy) {

    static Figures of(SceneRunRow row) {
      Optional<SceneMetrics> metrics = Optional.ofNullable(row.metrics());
      return new Figures(
          metrics.map(SceneMetrics::psnr).orElse(null),
          metrics.map(SceneMetrics::ssim).orElse(null),
          metrics.map(SceneMetrics::gaussians).orElse(null),
          metrics.map(SceneMetrics::viewsTest).orElse(null),
          metrics.map(SceneMetrics::viewsTrain).orElse(null),
          metrics.map(SceneMetrics::steps).orElse(null),
          metrics.map(SceneMetrics::trainSeconds).orElse(null),
          row.seconds().attempt(),
          row.cost() == null ? null : row.cost().usd(),
          row.photographs() == null ? null : row.photographs().used(),
          row.cameras() == null ? null : row.cameras().registered(),
          row.settings().profile(),
          row.settings().configHash(),
          metrics.map(SceneMetrics::backend).orElse(null),
          metrics.map(SceneMetrics::device).orElse(null),
          metrics.map(SceneMetrics::seed).orElse(null),
          metrics.map(SceneMetrics::stoppedBy).orElse(null));
    }
  }

  /** The file that the viewer shows. */
  record ModelFile(String path, long bytes) {}

  /** A file to download. */
  record FileOf(String path, long bytes) {}

  /** {@link PointsFile}. */
  record Points(String path, int count) {}

  /**
   * Where a photograph was taken from: COLMAP's axes, world to camera.
   *
   * @param rotation [4] wxyz
   * @param translation [3] world units
   */
  record CameraOf(
      String name,
      boolean heldOut,
      @JsonUnwrapped Intrinsics intrinsics,
      double[] rotation,
      double[] translation) {}

  /** The programs; null where it is not known. */
  record Versions(String splatline, String commit, String spark, String colmap) {}

  /** The page of a scene without a model. */
  static ScenePage ofFailure(RunSetup run, SceneRunRow row) {
    JsonNode none = MissingNode.getInstance();
    return page(run, row, none, null, List.of(), null, null, none, List.of());
  }

  /**
   * The page of a scene with a model.
   *
   * @param sparse its cameras
   * @param points those of {@code sparse}
   */
  static ScenePage of(
      RunSetup run,
      SceneRunRow row,
      SceneResult result,
      Optional<ColmapModel> sparse,
      Optional<PointsFile> points) {
    JsonNode metrics = result.metrics();
    return page(
        run,
        row,
        metrics,
        result.model().map(file -> new ModelFile(file.path(), file.bytes())).orElse(null),
        sparse.map(model -> cameras(model, heldOut(metrics))).orElse(List.of()),
        points.map(file -> new Points(PointsFile.NAME, file.count())).orElse(null),
        result.find("preview.jpg").map(StoredFile::path).orElse(null),
        result.curve(),
        result.files().stream().map(file -> new FileOf(file.path(), file.bytes())).toList());
  }

  /**
   * The same as one file.
   *
   * @param withPictures whether the views' pictures are in it
   */
  ScenePage asSingleFile(boolean withPictures) {
    return withoutRun(true, withPictures ? views : JsonNodeFactory.instance.arrayNode());
  }

  /** The same without a page of the run above it. */
  ScenePage alone() {
    return withoutRun(singleFile, views);
  }

  private ScenePage withoutRun(boolean asSingleFile, JsonNode viewsShown) {
    return new ScenePage(
        schemaVersion,
        scene,
        run,
        attempt,
        asSingleFile,
        true,
        answer,
        figures,
        model,
        background,
        cameras,
        points,
        preview,
        viewsShown,
        curve,
        files,
        configuration,
        versions);
  }

  private static ScenePage page(
      RunSetup run,
      SceneRunRow row,
      JsonNode metrics,
      ModelFile model,
      List<CameraOf> cameras,
      Points points,
      String preview,
      JsonNode curve,
      List<FileOf> files) {
    JsonNode configuration = Json.read(run.configJson().getBytes(UTF_8), JsonNode.class);
    return new ScenePage(
        1,
        row.sceneId(),
        row.runId(),
        row.attempt(),
        false,
        false,
        Answer.of(row),
        Figures.of(row),
        model,
        background(configuration),
        cameras,
        points,
        preview,
        list(metrics.path("views"), "render"),
        list(curve, "psnr"),
        files,
        configuration,
        new Versions(run.splatline(), run.commit(), run.spark(), run.colmap()));
  }

  /** A list of objects that have {@code key}; an empty one for anything else. */
  private static JsonNode list(JsonNode node, String key) {
    return node.path(0).has(key) ? node : JsonNodeFactory.instance.arrayNode();
  }

  private static String background(JsonNode configuration) {
    return configuration.at("/image/background").asText().equals("white") ? "#ffffff" : "#000000";
  }

  private static Set<String> heldOut(JsonNode metrics) {
    Set<String> names = new TreeSet<>();
    metrics.path("views").forEach(view -> names.add(view.path("name").asText()));
    return names;
  }

  private static List<CameraOf> cameras(ColmapModel model, Set<String> heldOut) {
    List<CameraOf> cameras = new ArrayList<>();
    for (ColmapImage image : model.images()) {
      cameras.add(
          new CameraOf(
              image.name(),
              heldOut.contains(image.name()),
              Intrinsics.of(model.cameras().get(image.cameraId())),
              image.quaternion(),
              image.translation()));
    }
    cameras.sort(Comparator.comparing(CameraOf::name));
    return cameras;
  }
}
