package org.splatline.pipeline.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.IntakeProcess;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.Photograph;
import org.splatline.pipeline.input.PhotographRules;
import org.splatline.pipeline.input.SceneInput;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.store.StoredFile;

/**
 * Checks a scene's photographs: which ones can be used, and what the scene consists of. The
 * artefact is {@code manifest.json}. Its key is the listing of the folder or archive, so an
 * unchanged scene is not read again.
 */
public final class IngestSceneJob {
  /** Raised when the manifest of the same files changes. */
  private static final int VERSION = 4;

  private static final String MANIFEST = "manifest.json";

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;

  public IngestSceneJob(SceneJobs jobs, Store store, PipelineConfig config) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
  }

  /**
   * What a scene consists of.
   *
   * @param reused whether the manifest was in the store already
   */
  public record Result(Manifest manifest, boolean reused) {
    /** Whether the scene brings its cameras. */
    boolean bringsModel() {
      return manifest.photographs().stream()
          .anyMatch(file -> file.status() == Photograph.Status.MODEL);
    }
  }

  /** Fails with a {@link SceneException} when the folder or archive cannot be used. */
  public CompletableFuture<Result> run(SceneSource scene) {
    ContentKey key = key(config.effective(), inputs(scene));
    Optional<Artifact> known = store.find(key);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(new Result(read(known.get()), true));
    }
    IngestScene work =
        new IngestScene(store.place(), key, config.limits(), config.input().photographs());
    return jobs.run(scene, Stage.INGEST, "Checking the photographs of", work)
        .thenApply(outcome -> new Result(outcome.orThrow(), false));
  }

  private static Manifest read(Artifact artifact) {
    return Manifest.fromJson(new String(artifact.read(MANIFEST), UTF_8));
  }

  private static List<String> inputs(SceneSource scene) {
    List<String> inputs = new ArrayList<>(List.of(scene.id(), scene.uri()));
    for (StoredFile file : SceneFiles.input(scene).files()) {
      inputs.add(file.path() + " " + file.bytes() + " " + file.version());
    }
    return inputs;
  }

  static ContentKey key(Configuration configuration, List<String> inputs) {
    return new ContentKey(
        Stage.INGEST.word(), VERSION, inputs, StageSettings.INGEST.of(configuration), "");
  }

  /** The task's work, on an executor. */
  private record IngestScene(
      Place storePlace, ContentKey key, LimitsConfig limits, PhotographRules rules)
      implements SceneWork<Manifest> {
    @Override
    public TaskOutcome<Manifest> work(SceneSource scene) throws IOException, InterruptedException {
      SceneWork.show(scene, Stage.INGEST, "ingest");
      try (SceneInput.Upload upload = SceneFiles.input(scene).fetch(limits);
          LocalFolder out = LocalFolder.temporary(Stage.INGEST.word())) {
        Manifest manifest = new IntakeProcess(scene.id(), limits).check(upload.path(), rules);
        Files.writeString(out.path().resolve(MANIFEST), manifest.toJson());
        Optional<Artifact> other = Store.open(storePlace, SceneWork.hadoop()).keep(key, out.path());
        return TaskOutcome.done(other.map(IngestSceneJob::read).orElse(manifest));
      }
    }
  }
}
