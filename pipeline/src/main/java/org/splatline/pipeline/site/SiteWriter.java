package org.splatline.pipeline.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Writes a run as a static site: {@code index.html}, {@code run.json}, {@code assets/}, and a
 * folder {@code scenes/<scene>/} with the page, the data and the files of each scene. A page may
 * also be one file with all in it.
 */
public final class SiteWriter {
  /** The largest page that is one file, bytes. */
  private static final long MOST_BYTES = 50_000_000;

  private static final String BYTES = "application/octet-stream";
  private static final String JPEG = "image/jpeg";

  private final SiteAssets assets = SiteAssets.load();
  private final RunRows run;
  private final Location store;
  private final Configuration hadoop;

  /**
   * @param store where the results are
   * @param hadoop settings for access to the results
   * @throws ConfigException if this build has no pages
   */
  public SiteWriter(RunRows run, Place store, Configuration hadoop) {
    this.run = run;
    this.store = Location.open(store, hadoop);
    this.hadoop = hadoop;
  }

  /**
   * Writes the site. Files of an earlier one at the same place are replaced.
   *
   * @param comparison with the run before
   */
  public void write(Location target, Optional<RunComparison> comparison) {
    assets.write(target);
    List<RunPage.SceneOf> scenes = new ArrayList<>();
    for (SceneRunRow row : run.scenes()) {
      Location folder = target.at("scenes/" + SceneFolderName.of(row.sceneId()));
      scenes.add(RunPage.SceneOf.of(writeScene(row, folder), row.model().modelBytes()));
    }
    RunPage page = RunPage.of(run, comparison, scenes);
    target.write("run.json", Json.write(page));
    target.write("index.html", assets.runPage(page));
  }

  private ScenePage writeScene(SceneRunRow row, Location folder) {
    Optional<SceneResult> found = open(row);
    ScenePage page = ScenePage.ofFailure(run.run(), row);
    if (found.isPresent()) {
      try (SceneResult result = found.get()) {
        Optional<ColmapModel> sparse = result.cameras();
        Optional<PointsFile> points = points(sparse);
        page = ScenePage.of(run.run(), row, result, sparse, points);
        points.ifPresent(file -> folder.write(PointsFile.NAME, file.bytes()));
        folder.upload(result.folder().path(), "");
      }
    }
    folder.write("scene.json", Json.write(page));
    folder.write("index.html", assets.scenePage(page));
    return page;
  }

  private Optional<SceneResult> open(SceneRunRow row) {
    return SceneResult.open(
        store.at("results"), () -> Location.open(row.places().resultUri(), hadoop), row);
  }

  private static Optional<PointsFile> points(Optional<ColmapModel> sparse) {
    return sparse.map(model -> PointsFile.of(model.points())).filter(file -> file.count() > 0);
  }

  /**
   * Writes the page of one scene as one file. Pictures are left out where it would be too large.
   * Returns the file's name in {@code target}.
   *
   * @throws ConfigException if the run has no model of the scene, or the model is too large
   */
  public String writeSingleFile(Location target, String sceneId) {
    SceneRunRow row =
        run.scenes().stream()
            .filter(scene -> scene.sceneId().equals(sceneId))
            .findFirst()
            .orElseThrow(() -> unknown(sceneId));
    SceneResult found = open(row).orElseThrow(() -> withoutModel(row));
    try (SceneResult result = found) {
      Optional<ColmapModel> sparse = result.cameras();
      Optional<PointsFile> points = points(sparse);
      ScenePage page = ScenePage.of(run.run(), row, result, sparse, points);
      StoredFile model = result.model().orElseThrow(() -> withoutModel(row));
      List<String> files = new ArrayList<>();
      files.add(SiteAssets.file(model.path(), BYTES, result.bytes(model)));
      points.ifPresent(file -> files.add(SiteAssets.file(PointsFile.NAME, BYTES, file.bytes())));
      byte[] small = assets.singlePage(page.asSingleFile(false), files);
      checkSize(sceneId, model, small.length);
      result
          .pictures()
          .forEach(file -> files.add(SiteAssets.file(file.path(), JPEG, result.bytes(file))));
      long characters = files.stream().mapToLong(String::length).sum();
      byte[] all =
          characters > MOST_BYTES ? small : assets.singlePage(page.asSingleFile(true), files);
      String name = SceneFolderName.of(sceneId) + ".html";
      target.write(name, all.length > MOST_BYTES ? small : all);
      return name;
    }
  }

  private static void checkSize(String sceneId, StoredFile model, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new ConfigException(
          "Cannot write scene %s as one file: with its model (%s, %d bytes) the page has %d bytes, more than %d. Write the site (--out without --single-file), or export a smaller model (export.formats, densify.budget)"
              .formatted(sceneId, model.path(), model.bytes(), bytes, MOST_BYTES));
    }
  }

  private ConfigException unknown(String sceneId) {
    List<String> names = run.scenes().stream().map(SceneRunRow::sceneId).toList();
    return new ConfigException(
        "Cannot find scene %s in run %s. Nearest: %s"
            .formatted(sceneId, run.run().runId(), EditDistance.nearest(sceneId, names)));
  }

  private static ConfigException withoutModel(SceneRunRow row) {
    return new ConfigException(
        "Cannot write scene %s as one file: run %s has no model of it that the viewer reads (%s). Name a scene that is done"
            .formatted(row.sceneId(), row.runId(), row.verdict()));
  }
}
