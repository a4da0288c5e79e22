package org.splatline.pipeline.site;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.SceneRunRow;

/** The page of a scene, and the files that are made for it. */
record SceneFiles(ScenePage page, Optional<PointsFile> points) {
  private static final String HTML = "index.html";
  private static final String DATA = "scene.json";

  /** What {@link #write} writes. */
  static final Set<String> NAMES = Set.of(HTML, DATA, PointsFile.NAME);

  static SceneFiles of(SceneResult result, RunSetup setup, SceneRunRow row) {
    Optional<ColmapModel> sparse = result.cameras();
    Optional<PointsFile> points =
        sparse.map(model -> PointsFile.of(model.points())).filter(file -> file.count() > 0);
    return new SceneFiles(ScenePage.of(setup, row, result, sparse, points), points);
  }

  static SceneFiles ofFailure(RunSetup setup, SceneRunRow row) {
    return new SceneFiles(ScenePage.ofFailure(setup, row), Optional.empty());
  }

  /** The same without a link to a page of the run. */
  SceneFiles alone() {
    return new SceneFiles(page.alone(), points);
  }

  /**
   * Writes them and returns their sizes, by path.
   *
   * @param parts where the shared scripts and styles are, seen from {@code folder}
   */
  Map<String, Long> write(Location folder, SiteAssets assets, String parts) {
    Map<String, byte[]> contents = new TreeMap<>();
    points.ifPresent(file -> contents.put(PointsFile.NAME, file.bytes()));
    contents.put(DATA, Json.write(page));
    contents.put(HTML, assets.scenePage(page, parts));
    Map<String, Long> sizes = new TreeMap<>();
    contents.forEach(
        (name, content) -> {
          folder.write(name, content);
          sizes.put(name, (long) content.length);
        });
    return sizes;
  }
}
