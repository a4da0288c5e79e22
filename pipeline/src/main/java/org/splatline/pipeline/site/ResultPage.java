package org.splatline.pipeline.site;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/** Writes the page of a scene into the folder with its results: docs/results-folder.md. */
public final class ResultPage {
  private ResultPage() {}

  /** Whether this build has pages. */
  public static boolean isBuilt() {
    return SiteAssets.areBuilt();
  }

  /**
   * Writes the scripts and styles that the pages of all scenes share, unless they are there. Does
   * nothing if this build has no pages.
   *
   * @param results the folder of all scenes
   */
  public static void writeParts(Location results) {
    if (isBuilt()) {
      SiteAssets.load().writeForScenes(results.at(Store.PAGE_PARTS));
    }
  }

  /**
   * Writes the page and its files.
   *
   * @param folder has the scene's other files already, but {@code metrics.json}
   * @param row of the attempt so far
   * @param metrics metrics.json
   * @param sizes of the other files, by path
   * @return the sizes of the files that it wrote, by path
   */
  public static Map<String, Long> write(
      Location folder, RunSetup setup, SceneRunRow row, JsonNode metrics, Map<String, Long> sizes) {
    List<StoredFile> files =
        sizes.entrySet().stream()
            .map(file -> new StoredFile(file.getKey(), file.getValue(), "", Instant.now()))
            .toList();
    SceneFiles written = SceneFiles.of(SceneResult.of(folder, files, metrics), setup, row).alone();
    return written.write(folder, SiteAssets.load(), "../" + Store.PAGE_PARTS + "/");
  }
}
