package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.synthetic.BrokenScene;
import org.splatline.gpu.synthetic.SyntheticScene;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Makes photographs, starts a local S3, runs the pipeline and shows where the results are. Nothing
 * leaves the machine.
 *
 * @param work folder for all files of the demo
 */
record Demo(Path work) {
  private static final int VIEWS = 32;
  private static final int WIDTH = 480;
  private static final int HEIGHT = 360;
  private static final long SEED = 1;
  private static final String BUCKET = "splatline";
  private static final String PHOTOGRAPHS = "photographs";
  private static final String BROKEN = "broken";

  /**
   * Runs the whole demo. Returns 0 if all went as planned, with the broken scene, else the exit
   * code of {@code run}.
   */
  int run(List<String> settings) throws IOException {
    long start = System.nanoTime();
    Path photographs = photographs();
    try (LocalS3 s3 = startS3()) {
      System.out.printf("2/4  local S3 at %s, its files in %s%n", s3.endpoint(), s3Folder());
      upload(photographs, s3);
      System.out.printf("3/4  running, from %s to %s%n", s3.uri(PHOTOGRAPHS), s3.uri("store"));
      String runId = "demo-" + RunIds.now();
      List<String> arguments = new ArrayList<>(List.of("run", "--run-id", runId));
      arguments.addAll(configuration(s3));
      settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
      int code = TrainerMain.run(Splatline.commandLine(), arguments.toArray(String[]::new));
      if (code != 0 && code != TrainerMain.SCENES_FAILED) {
        return code;
      }
      Store store = Store.open(s3.uri("store"), hadoop(s3));
      byte[] summary = store.run(runId).summary().orElseThrow();
      List<String> unplanned = unplanned(Json.read(summary, RunSummary.class));
      Path results = fetchResults(store);
      if (!unplanned.isEmpty()) {
        System.out.printf("%n4/4  not as planned: %s%n", String.join(", ", unplanned));
        return TrainerMain.SCENES_FAILED;
      }
      System.out.print(farewell(results, (System.nanoTime() - start) / 1e9));
      return 0;
    }
  }

  /** Queries the tables through the local S3, which it starts again; returns the exit code. */
  int sql(String query) throws IOException {
    if (!Files.isDirectory(s3Folder())) {
      throw new IllegalArgumentException(
          "Cannot find the demo's tables: there is no %s. Run bin/demo first"
              .formatted(s3Folder()));
    }
    try (LocalS3 s3 = startS3()) {
      List<String> arguments = new ArrayList<>(List.of("sql", query));
      arguments.addAll(configuration(s3));
      return TrainerMain.run(Splatline.commandLine(), arguments.toArray(String[]::new));
    }
  }

  /** Made once. The same seed gives the same pictures. */
  private Path photographs() throws IOException {
    Path folder = work.resolve(PHOTOGRAPHS);
    if (Files.isDirectory(folder)) {
      System.out.printf("1/4  photographs are in %s%n", folder);
      return folder;
    }
    System.out.printf(
        "1/4  making photographs of two scenes, %d of %dx%d each, and of a broken one, in %s%n",
        VIEWS, WIDTH, HEIGHT, folder);
    Path unfinished = work.resolve(PHOTOGRAPHS + ".unfinished");
    for (SyntheticScene.Kind kind : SyntheticScene.Kind.values()) {
      SyntheticScene.of(kind, SEED)
          .writePhotographs(
              unfinished.resolve(kind.name().toLowerCase(Locale.ROOT)), VIEWS, WIDTH, HEIGHT);
    }
    BrokenScene.write(unfinished.resolve(BROKEN), WIDTH, HEIGHT, SEED);
    return Files.move(unfinished, folder);
  }

  private Path s3Folder() {
    return work.resolve("s3");
  }

  private LocalS3 startS3() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "s3proxy.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new IllegalArgumentException(
          "Cannot start a local S3: there is no %s. Start it with bin/demo".formatted(jar));
    }
    return LocalS3.start(jar, s3Folder(), BUCKET);
  }

  private static void upload(Path photographs, LocalS3 s3) {
    Location.open(s3.uri(PHOTOGRAPHS), hadoop(s3)).upload(photographs, "");
  }

  private static Configuration hadoop(LocalS3 s3) {
    Configuration hadoop = new Configuration();
    s3.hadoopSettings().forEach(hadoop::set);
    return hadoop;
  }

  /** The options that make a command use the local S3; its keys go where spark-submit puts them. */
  private static List<String> configuration(LocalS3 s3) {
    String home = System.getProperty("splatline.home", ".");
    s3.sparkSettings().forEach(System::setProperty);
    return List.of(
        "--config", home + "/conf/demo.yaml",
        "--set", "input.path=" + s3.uri(PHOTOGRAPHS),
        "--set", "store.path=" + s3.uri("store"));
  }

  /** Copies the results of all scenes from the local S3, which ends with the demo. */
  private Path fetchResults(Store store) throws IOException {
    Path results = work.resolve("results");
    LocalFolder.delete(results); // those of an earlier run
    for (StoredFile file : store.results().files()) {
      Path target = results.resolve(file.path());
      Files.createDirectories(target.getParent());
      store.results().fetchFile(file.path(), target);
    }
    return results;
  }

  /** The scenes that are not done, and should be. */
  private static List<String> unplanned(RunSummary summary) {
    List<String> scenes = new ArrayList<>(summary.notBegun());
    for (SceneRunRow row : summary.scenes()) {
      if (row.sceneId().equals(BROKEN) == row.verdict().isDone()) {
        scenes.add("%s (%s)".formatted(row.sceneId(), row.verdict()));
      }
    }
    return scenes;
  }

  private static String farewell(Path results, double seconds) {
    return String.format(
        Locale.ROOT,
        """

        4/4  done in %.0f s. Scene "broken" fails on purpose: it is a row with a verdict. All went as planned.
        Turn the models in a browser, beside their pictures and files (docs/results-folder.md):
          bin/splatline serve %s
        Query the tables:
          bin/demo sql "select scene_id, verdict, verdict_detail, quality_word, psnr, ssim, gaussians from scene_runs where published"
          bin/demo sql "select scene_id, view, psnr, ssim from view_metrics order by psnr limit 5"
          bin/demo sql "select scene_id, step, loss, train_psnr, gaussians from training_curve order by 1, 2"
        """,
        seconds,
        results);
  }
}
