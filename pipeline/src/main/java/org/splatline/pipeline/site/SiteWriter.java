package org.splatline.pipeline.site;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.store.Transfers;
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
   * Writes the site, several scenes at a time. Files of an earlier one at the same place are
   * replaced.
   *
   * @param comparison with the run before
   * @param progress gets a line now and then
   * @throws UncheckedIOException if files cannot be read or written; names the scene
   */
  public void write(
      Location target, Optional<RunComparison> comparison, Consumer<String> progress) {
    assets.write(target);
    List<SceneRunRow> rows = run.scenes();
    RunPage.SceneOf[] scenes = new RunPage.SceneOf[rows.size()];
    Steps steps = new Steps(rows.size(), progress);
    List<Runnable> writes = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int at = i;
      writes.add(
          () -> {
            SceneRunRow row = rows.get(at);
            scenes[at] = RunPage.SceneOf.of(writeScene(row, target), row.model().modelBytes());
            steps.done();
          });
    }
    new Transfers().run(writes);
    RunPage page = RunPage.of(run, comparison, List.of(scenes));
    target.write("run.json", Json.write(page));
    target.write("index.html", assets.runPage(page));
  }

  /** Says how many scenes are written, at most twenty times. */
  private static final class Steps {
    private final int all;
    private final Consumer<String> progress;
    private int done;

    Steps(int all, Consumer<String> progress) {
      this.all = all;
      this.progress = progress;
    }

    synchronized void done() {
      done++;
      if (20 * done / all > 20 * (done - 1) / all) {
        progress.accept("%d of %d scenes written".formatted(done, all));
      }
    }
  }

  private ScenePage writeScene(SceneRunRow row, Location target) {
    Location folder = target.at("scenes/" + SceneFolderName.of(row.sceneId()));
    RunSetup setup = RunSetup.of(run.run());
    try {
      Optional<SceneResult> result = open(row);
      result.ifPresent(found -> found.copyTo(folder));
      SceneFiles files =
          result
              .map(found -> SceneFiles.of(found, setup, row))
              .orElseGet(() -> SceneFiles.ofFailure(setup, row));
      files.write(folder, assets, "../../" + SiteAssets.PARTS + "/");
      return files.page();
    } catch (UncheckedIOException e) {
      throw new UncheckedIOException(
          "Cannot write the page of scene %s: %s. Fix that, then run the command again"
              .formatted(row.sceneId(), e.getMessage()),
          e.getCause());
    }
  }

  private Optional<SceneResult> open(SceneRunRow row) {
    return SceneResult.open(
        store.at("results"),
        () -> Artifact.modelOf(Location.open(row.places().resultUri(), hadoop), hadoop),
        row);
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
    SceneResult result = open(row).orElseThrow(() -> withoutModel(row));
    SceneFiles scene = SceneFiles.of(result, RunSetup.of(run.run()), row);
    StoredFile model = result.model().orElseThrow(() -> withoutModel(row));
    checkSize(sceneId, model, model.bytes() * 4 / 3); // before it is read
    List<String> files = new ArrayList<>();
    files.add(SiteAssets.file(model.path(), BYTES, result.bytes(model)));
    scene
        .points()
        .ifPresent(file -> files.add(SiteAssets.file(PointsFile.NAME, BYTES, file.bytes())));
    byte[] small = assets.singlePage(scene.page().asSingleFile(false), files);
    checkSize(sceneId, model, small.length);
    result
        .pictures()
        .forEach(file -> files.add(SiteAssets.file(file.path(), JPEG, result.bytes(file))));
    long characters = files.stream().mapToLong(String::length).sum();
    byte[] all =
        characters > MOST_BYTES ? small : assets.singlePage(scene.page().asSingleFile(true), files);
    String name = SceneFolderName.of(sceneId) + ".html";
    target.write(name, all.length > MOST_BYTES ? small : all);
    return name;
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
