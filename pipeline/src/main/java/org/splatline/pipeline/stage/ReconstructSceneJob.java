package org.splatline.pipeline.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.Undistorter;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.Version;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photographs;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.sfm.SfmConfig;
import org.splatline.pipeline.sfm.SfmHints;
import org.splatline.pipeline.sfm.SfmReport;
import org.splatline.pipeline.sfm.SfmResult;
import org.splatline.pipeline.sfm.SfmStage;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;

/**
 * From photographs to a pinhole scene: COLMAP, or the cameras the scene brings. The artefact is a
 * scene folder, with {@code sfm.json} and {@code logs/} where COLMAP ran.
 */
public final class ReconstructSceneJob {
  private static final int VERSION = 2;
  private static final String COUNTS = "sfm.json";
  private static final String LOGS = "logs";
  private static final String REPORT = LOGS + "/" + SfmReport.FILE;
  private static final String FAILED_LOGS = "sfm-" + LOGS;

  /** Keys that change how long it takes and where it runs; the tool's version is in the key. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("colmap", "threads", "timeout", "stall", "free-disk");

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final ColmapVersionOnce colmap;

  public ReconstructSceneJob(
      SceneJobs jobs, Store store, PipelineConfig config, ColmapVersionOnce colmap) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.colmap = colmap;
  }

  /**
   * A pinhole scene in the store.
   *
   * @param cameras empty: the scene brought its own
   * @param shortfall what its model lacks, one sentence; empty: nothing
   * @param alignment how well its photographs' GPS agrees with it; empty: it has no alignment
   */
  public record Result(
      ContentKey key,
      Optional<CameraCounts> cameras,
      String shortfall,
      Optional<Alignment> alignment,
      boolean reused) {}

  /**
   * @param logs where COLMAP's output goes when it fails
   * @param told hears how it went, where COLMAP ran, also when this throws
   * @throws SceneException when there are too few photographs or no usable model
   */
  public Result run(
      SceneSource scene, IngestSceneJob.Result ingested, Location logs, Consumer<SfmReport> told) {
    Manifest manifest = ingested.manifest();
    boolean brought = ingested.bringsModel();
    manifest.requirePhotographs(
        brought ? config.train().train().minViews() : config.sfm().minImages());
    ContentKey key = key(manifest, brought);
    Optional<Artifact> known = store.find(key);
    if (known.isEmpty()) {
      try {
        reconstruct(scene, manifest, brought, key, logs);
      } catch (SceneException e) {
        logs.find(FAILED_LOGS + "/" + SfmReport.FILE).ifPresent(json -> told.accept(report(json)));
        throw e;
      }
    }
    Artifact artifact = known.or(() -> store.find(key)).orElseThrow();
    if (artifact.files().containsKey(REPORT)) {
      told.accept(report(artifact.read(REPORT)));
    }
    JsonNode counts =
        artifact.files().containsKey(COUNTS)
            ? Json.read(artifact.read(COUNTS), JsonNode.class)
            : MissingNode.getInstance();
    return new Result(
        key,
        counts(counts),
        counts.path("shortfall").asText(""),
        Georeferencing.alignment(artifact),
        known.isPresent());
  }

  private static SfmReport report(byte[] json) {
    try {
      return SfmReport.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read how COLMAP went", e);
    }
  }

  private void reconstruct(
      SceneSource scene, Manifest manifest, boolean brought, ContentKey key, Location logs) {
    Place place = new Place(config.storePlace(), key, manifest.toJson(), config.limits());
    jobs.run(
        scene,
        Stage.SFM,
        "Finding the cameras of",
        brought
            ? new TakeModel(
                place,
                config.sfm(),
                config.train().train().minPresentShare(),
                config.train().train().minViews())
            : new ReconstructScene(place, config.sfm(), logs.uri()));
  }

  private static SfmHints hints(Manifest manifest) {
    return new SfmHints(manifest.frames(), Georeferencing.positions(manifest).size());
  }

  private ContentKey key(Manifest manifest, boolean brought) {
    return new ContentKey(
        Stage.SFM.word(),
        VERSION,
        List.of(
            manifest.fingerprint(),
            brought ? "brings a model" : manifest.frames() ? "frames" : "photographs"),
        brought ? config.settings() : config.settingsWithout("sfm", WITHOUT_EFFECT),
        brought ? "splatline " + Version.NAME : "colmap " + colmap.get());
  }

  private static Optional<CameraCounts> counts(JsonNode json) {
    if (json.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        new CameraCounts(
            json.path("registered").asInt(),
            json.path("points").asInt(),
            json.path("meanErrorPx").asDouble()));
  }

  /** What both ways need: where the artefact goes, and what of the folder is used. */
  private record Place(String store, ContentKey key, String manifestJson, LimitsConfig limits)
      implements Serializable {

    Manifest manifest() {
      return Manifest.fromJson(manifestJson);
    }

    /** Aligned to the earth where that can be done. */
    void keep(SceneSource scene, Path folder) throws IOException {
      Georeferencing.align(scene, folder, manifest());
      Store.open(store, SceneWork.hadoop()).keep(key, folder);
    }

    /** The usable files of the scene, in a folder of their own. */
    LocalFolder usable(SceneSource scene, boolean withModel) throws IOException {
      LocalFolder usable = LocalFolder.temporary("photographs");
      try (LocalFolder source = SceneInput.fetch(scene, limits)) {
        Path root = withModel ? source.path() : Photographs.folderOf(source.path());
        if (withModel) {
          Photographs.copyKept(manifest(), root, usable.path());
        } else {
          Photographs.copyForColmap(manifest(), root, usable.path());
        }
        return usable;
      } catch (IOException | RuntimeException e) {
        usable.close();
        throw e;
      }
    }
  }

  /** The task's work, on an executor, for a folder of photographs. */
  private record ReconstructScene(Place place, SfmConfig config, String logs) implements SceneWork {
    @Override
    public void work(SceneSource scene) throws IOException, InterruptedException {
      SceneWork.show(scene, Stage.SFM, "sfm");
      try (LocalFolder photographs = place.usable(scene, false);
          LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
        try {
          SfmResult result =
              new SfmStage(config)
                  .reconstruct(
                      scene.id(),
                      photographs.path(),
                      hints(place.manifest()),
                      work.path(),
                      (stage, done, total) ->
                          SceneWork.show(
                              scene, Stage.SFM, "sfm %s %d/%d".formatted(stage, done, total)));
          result.writeTo(result.sceneFolder().resolve(COUNTS));
          Files.move(work.path().resolve(LOGS), result.sceneFolder().resolve(LOGS));
          place.keep(scene, result.sceneFolder());
        } catch (SceneException e) {
          keepLogs(work.path().resolve(LOGS));
          throw e;
        }
      }
    }

    private void keepLogs(Path folder) {
      if (Files.isDirectory(folder)) {
        Location.open(logs, SceneWork.hadoop()).upload(folder, FAILED_LOGS);
      }
    }
  }

  /** The task's work, on an executor, for a scene that brings its cameras. */
  private record TakeModel(Place place, SfmConfig config, double minPresentShare, int minViews)
      implements SceneWork {
    @Override
    public void work(SceneSource scene) throws IOException, InterruptedException {
      SceneWork.show(scene, Stage.SFM, "sfm: takes the model it brings");
      try (LocalFolder brought = place.usable(scene, true);
          LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
        place.keep(scene, checked(scene, brought.path(), work.path().resolve("scene")));
      }
    }

    /** What is refused here costs no executor with a GPU. */
    private Path checked(SceneSource scene, Path brought, Path target)
        throws IOException, InterruptedException {
      try {
        Path pinhole = pinhole(scene, brought, target);
        SceneTraining.requireViews(
            SceneReader.read(scene.id(), pinhole, minPresentShare), minViews);
        return pinhole;
      } catch (SceneException e) { // names the scene's place, not where it happens to lie here
        throw new SceneException(
            e.verdict(), e.getMessage().replace(brought.toString(), scene.uri()), e);
      }
    }

    /** The brought folder, or an undistorted scene in {@code target}. */
    private Path pinhole(SceneSource scene, Path brought, Path target)
        throws IOException, InterruptedException {
      if (!SceneReader.isDistorted(scene.id(), brought, minPresentShare)) {
        return brought;
      }
      new Undistorter(new ColmapBinary(config.colmap()), config.timeout())
          .undistort(
              scene.id(),
              brought,
              target,
              minPresentShare,
              line -> SceneWork.show(scene, Stage.SFM, "sfm " + line.strip()));
      return target;
    }
  }
}
