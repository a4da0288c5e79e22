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
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.IntakeProcess;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.Manifest;
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
 * artifact is {@code manifest.json}, and the photographs that were made of a video or of HEIC
 * files. Its key is the listing of the folder or archive, so an unchanged scene is not read again.
 */
public final class IngestSceneJob {
  /** Raised when the manifest of the same files changes. */
  private static final int VERSION = 6;

  private static final String MANIFEST = "manifest.json";

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final RunMediaTools tools;

  public IngestSceneJob(SceneJobs jobs, Store store, PipelineConfig config) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.tools = new RunMediaTools(jobs, config.input().video());
  }

  /**
   * What a scene consists of.
   *
   * @param key of the artifact
   * @param reused whether the manifest was in the store already
   */
  public record Result(ContentKey key, Manifest manifest, boolean reused) {}

  /** Fails with a {@link SceneException} when the folder or archive cannot be used. */
  public CompletableFuture<Result> run(SceneSource scene) {
    List<StoredFile> files = SceneFiles.input(scene).files();
    return SceneInput.mayNeedMediaTools(files)
        ? tools.versions(scene).thenCompose(versions -> run(scene, files, versions))
        : run(scene, files, "");
  }

  private CompletableFuture<Result> run(SceneSource scene, List<StoredFile> files, String tools) {
    ContentKey key = key(config.effective(), inputs(scene, files), tools);
    Optional<Artifact> known = store.use(key);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(new Result(key, read(known.get()), true));
    }
    IngestScene work =
        new IngestScene(
            store.place(),
            key,
            config.limits(),
            config.input().photographs(),
            config.input().video(),
            tools);
    return jobs.run(scene, Stage.INGEST, "Checking the photographs of", work)
        .thenApply(outcome -> new Result(key, outcome.orThrow(), false));
  }

  private static Manifest read(Artifact artifact) {
    return Manifest.fromJson(new String(artifact.read(MANIFEST), UTF_8));
  }

  private static List<String> inputs(SceneSource scene, List<StoredFile> files) {
    List<String> inputs = new ArrayList<>(List.of(scene.id(), scene.uri()));
    for (StoredFile file : files) {
      inputs.add(file.path() + " " + file.bytes() + " " + file.version());
    }
    return inputs;
  }

  /**
   * @param tools versions of the programs that it may run; empty: none
   */
  static ContentKey key(Configuration configuration, List<String> inputs, String tools) {
    return new ContentKey(
        Stage.INGEST.word(), VERSION, inputs, StageSettings.INGEST.of(configuration), tools);
  }

  /** The task's work, on an executor. */
  private record IngestScene(
      Place storePlace,
      ContentKey key,
      LimitsConfig limits,
      PhotographRules rules,
      VideoConfig video,
      String tools)
      implements SceneWork<Manifest> {
    @Override
    public TaskOutcome<Manifest> work(SceneSource scene) throws IOException, InterruptedException {
      SceneWork.show(scene, Stage.INGEST, "ingest");
      RunMediaTools.check(scene, tools, video);
      try (SceneInput.Upload upload = SceneFiles.input(scene).fetch(limits);
          LocalFolder out = LocalFolder.temporary(Stage.INGEST.word())) {
        Manifest manifest =
            new IntakeProcess(scene.id(), limits, video)
                .check(upload.path(), rules, out.path().resolve(Manifest.MADE));
        Files.writeString(out.path().resolve(MANIFEST), manifest.toJson());
        Optional<Artifact> other = Store.open(storePlace, SceneWork.hadoop()).keep(key, out.path());
        return TaskOutcome.done(other.map(IngestSceneJob::read).orElse(manifest));
      }
    }
  }
}
