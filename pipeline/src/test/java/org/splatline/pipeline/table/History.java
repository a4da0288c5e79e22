package org.splatline.pipeline.table;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.synthetic.SyntheticScene;
import org.splatline.gpu.synthetic.SyntheticScene.Kind;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.PhotographCounts;
import org.splatline.pipeline.table.SceneRunRow.Share;
import org.splatline.pipeline.table.SceneRunRow.StageSeconds;

/**
 * An invented history of nightly runs, committed as drivers do, for notebooks and benchmarks. In
 * the last night scene-001 is 1 dB worse and scene-002 twice as large. Scene-003 always needs a
 * second attempt, scene-005 is always poor. Some of the first scenes have a picture. The history is
 * the same each time.
 */
public final class History {
  private static final Instant FIRST_NIGHT = Instant.parse("2026-03-01T01:00:00Z");
  private static final int SCENES_PER_GROUP = 100;
  private static final int SCENES_WITH_PICTURES = 24;
  private static final List<String> CAMERAS =
      List.of("DJI FC3582", "Canon EOS 5D Mark IV", "Apple iPhone 15 Pro", "SONY ILCE-7M3");
  private static final List<Verdict> FAILURES =
      List.of(
          Verdict.NO_MATCHES,
          Verdict.NO_MATCHES,
          Verdict.LOW_REGISTRATION,
          Verdict.FEW_IMAGES,
          Verdict.TIMEOUT,
          Verdict.OUT_OF_MEMORY,
          Verdict.TOOL_CRASH);

  private final Store store;
  private final Tables tables;
  private final int nights;
  private final int scenes;
  private final int views;

  private History(Path folder, int nights, int scenes, int views) {
    this.store = Store.open(folder.resolve("store").toString(), new Configuration());
    this.tables = TableTemplate.emptyBelow(folder);
    this.nights = nights;
    this.scenes = scenes;
    this.views = views;
  }

  /** Returns the tables, below {@code folder}. */
  public static Tables write(Path folder, int nights, int scenes, int views) {
    History history = new History(folder, nights, scenes, views);
    IntStream.range(0, nights).forEach(history::night);
    history.writePictures();
    return history.tables;
  }

  /** Of the first scenes, but not of each: a notebook has to say so. */
  private void writePictures() {
    for (int scene = 0; scene < Math.min(scenes, SCENES_WITH_PICTURES); scene++) {
      if (scene % 4 != 2) {
        Kind kind = scene % 2 == 0 ? Kind.STUDIO : Kind.TEMPLE;
        Camera camera =
            SyntheticScene.of(kind, 1).cameras(SCENES_WITH_PICTURES, 144, 108).get(scene);
        BufferedImage picture = JpegWriter.quantized(SyntheticScene.of(kind, 1).render(camera));
        store.results().write(id(scene) + "/preview.jpg", JpegWriter.encode(picture, 0.9f));
      }
    }
  }

  private static String id(int scene) {
    return "scene-%03d".formatted(scene);
  }

  private void night(int night) {
    String run = "night-%02d".formatted(night + 1);
    Map<String, Long> versions = tables.versions();
    Committer committer = Committer.open(store.run(run), run, tables);
    List<Group> groups = new ArrayList<>();
    for (int scene = 0; scene < scenes; scene++) {
      groups.add(scene(run, night, scene));
      if (groups.size() == SCENES_PER_GROUP || scene == scenes - 1) {
        committer.commit(Group.of(groups));
        groups.clear();
      }
    }
    committer.commit(Group.of(run(run, night, versions)));
  }

  private static Instant start(int night) {
    return FIRST_NIGHT.plus(Duration.ofDays(night));
  }

  private RunRow run(String run, int night, Map<String, Long> versions) {
    int failed = (int) IntStream.range(0, scenes).filter(scene -> fails(night, scene)).count();
    double seconds = 60.0 * scenes + 120;
    double held = 50.0 * scenes;
    return new RunRow(
        run,
        1,
        new RunRow.Settings(
            profile(night),
            "config-" + profile(night),
            "{}",
            "s3a://uploads",
            store.location().uri()),
        new RunRow.Versions("0.1", "3.5.6", "3.8"),
        new RunRow.Times(start(night), start(night).plusSeconds((long) seconds), seconds),
        new RunRow.SceneCounts(scenes, scenes - failed, failed),
        new RunRow.Ending(failed == 0 ? 0 : 2, null),
        new RunRow.Machines(held, held * (0.8 + 0.03 * night), "2026-02-01"),
        versions,
        new RunRow.Application("application_%d".formatted(night), null, null));
  }

  private static String profile(int night) {
    return night % 2 == 0 ? "progressive" : "fast";
  }

  private static boolean fails(int night, int scene) {
    return scene % 8 == 7 && (scene + night) % 3 != 0;
  }

  private Group scene(String run, int night, int scene) {
    Random random = new Random(31L * night + 1009L * scene);
    Made made = made(run, night, scene, 1, random);
    if (fails(night, scene)) {
      return made.failed(FAILURES.get(scene / 8 % FAILURES.size()));
    }
    boolean lastNight = night == nights - 1;
    return scene == 3
        ? Group.of(
            List.of(
                made.failed(Verdict.TOOL_CRASH),
                made(run, night, scene, 2, random).trained(lastNight, views)))
        : made.trained(lastNight, views);
  }

  private Made made(String run, int night, int scene, int attempt, Random random) {
    String id = id(scene);
    String files = store.run(run).attempt(id, attempt).uri();
    return new Made(new AttemptKey(run, id, attempt, ""), files, night, scene, random);
  }

  /** One attempt. */
  private record Made(AttemptKey key, String files, int night, int scene, Random random) {
    private static final int STEPS = 30_000;

    Group trained(boolean lastNight, int views) {
      double psnr = (scene == 5 ? 18 : 24 + scene % 11) + 0.1 * random.nextGaussian();
      psnr -= lastNight && scene == 1 ? 1.2 : 0;
      long bytes = (4_000_000L + 3_500_000L * (scene % 17)) * (lastNight && scene == 2 ? 2 : 1);
      int gaussians = (int) (bytes / 236);
      SceneMetrics metrics = metrics(psnr, gaussians, views);
      double mean = psnr;
      return new Group(
          List.of(),
          List.of(sfm(Verdict.OK, true)),
          images(),
          IntStream.rangeClosed(1, 15).mapToObj(i -> point(i, mean, gaussians)).toList(),
          IntStream.range(0, views).mapToObj(view -> view(view, mean)).toList(),
          List.of(model(bytes, gaussians)),
          List.of(row(Verdict.OK, "", "publish", metrics, bytes)));
    }

    Group failed(Verdict verdict) {
      boolean isTraining = verdict == Verdict.OUT_OF_MEMORY || verdict == Verdict.TIMEOUT;
      String detail = "Cannot finish scene %s: as this history has it.".formatted(key.sceneId());
      return new Group(
          List.of(),
          List.of(sfm(isTraining ? Verdict.OK : verdict, isTraining)),
          images(),
          List.of(),
          List.of(),
          List.of(),
          List.of(row(verdict, detail, isTraining ? "train" : "sfm", null, null)));
    }

    private int photographs() {
      return 24 + scene % 40;
    }

    private SceneRunRow row(
        Verdict verdict, String detail, String stage, SceneMetrics metrics, Long bytes) {
      boolean usesGpu = stage.equals("publish") || stage.equals("train");
      double sfmSeconds = 2.0 * photographs();
      double gpuSeconds = usesGpu ? 30 + scene % 9 : 0;
      Instant start = start(night).plusSeconds(60L * scene);
      return new SceneRunRow(
          key,
          new SceneRunRow.Answer(
              verdict.isDone() || verdict.whoFixes() == Verdict.WhoFixes.PHOTOGRAPHER,
              verdict,
              detail,
              stage),
          new SceneRunRow.Places("s3a://uploads/" + key.sceneId(), files),
          new SceneRunRow.Settings(profile(night), "config-" + profile(night)),
          new SceneRunRow.Times(
              start,
              start.plusSeconds(150),
              new StageSeconds(3.0, sfmSeconds, usesGpu ? gpuSeconds : null, 150),
              List.of()),
          new PhotographCounts(
              "print-" + key.sceneId(),
              photographs(),
              1,
              camera(),
              4_000_000L * photographs(),
              new SceneRunRow.Place(50.8, 50.8, -0.13, -0.13)),
          usesGpu ? new CameraCounts(photographs() - scene % 3, 9000 + 10 * scene, 0.7) : null,
          null,
          new SceneRunRow.Model(metrics, bytes),
          new Cost(
              new Share(4 * sfmSeconds, "m6i.4xlarge", "spot", 4 * sfmSeconds * 1.7e-5),
              usesGpu
                  ? new Share(gpuSeconds, "g5.2xlarge", "on-demand", gpuSeconds * 4.2e-4)
                  : Share.NONE),
          new SceneRunRow.Tasks(
              "application_%d".formatted(night), 20.0 + scene % 7, usesGpu ? 0 : null, "12.4"));
    }

    private String camera() {
      return scene % 5 == 4 ? null : CAMERAS.get(scene % CAMERAS.size());
    }

    private SceneMetrics metrics(double psnr, int gaussians, int views) {
      double seconds = profile(night).equals("fast") ? 8 + scene % 5 : 14 + scene % 9;
      return new SceneMetrics(
          1,
          psnr,
          null,
          psnr + 1.5,
          0.6 + psnr / 100,
          null,
          null,
          views,
          photographs() - views / 8,
          gaussians,
          5_000_000,
          STEPS,
          seconds,
          seconds + 6,
          3_000_000_000L,
          432L * gaussians,
          720L * gaussians,
          900.0,
          "cuda",
          "NVIDIA A10G",
          1600,
          1066,
          42L,
          profile(night),
          "config-" + profile(night),
          "steps",
          psnr >= 25 ? "good" : psnr >= 20 ? "fair" : "poor",
          psnr >= 25 ? "" : "%d photographs: take 10 more".formatted(photographs()),
          Map.of(),
          Map.of(),
          Map.of());
    }

    private TrainingCurveRow point(int i, double psnr, int gaussians) {
      double share = i / 15.0;
      return new TrainingCurveRow(
          key,
          new TrainingPoint(
              i * 2000,
              Math.min(2, i / 5),
              Math.min(1, 0.25 * (1 << Math.min(2, i / 5))),
              0.2 * (1 - 0.8 * share),
              psnr + 1 - 8 * Math.exp(-4 * share),
              (int) (gaussians * (share < 0.6 ? 0.2 + 2 * share : 1.4 - share * 0.4)),
              1500,
              20 * share,
              2_000_000_000L));
    }

    private ViewMetricsRow view(int view, double psnr) {
      double own = psnr + random.nextGaussian();
      return new ViewMetricsRow(
          key,
          STEPS,
          null,
          new ViewMetrics(
              "DSC_%04d.jpg".formatted(8 * view), own, 0.6 + own / 100, null, 1600, 1066));
    }

    private ModelRow model(long bytes, int gaussians) {
      return new ModelRow(
          key, "ply", files + "/model.ply", "ab", gaussians, FileScore.ofBytes(bytes));
    }

    private SfmAttemptRow sfm(Verdict verdict, boolean chosen) {
      int registered = chosen ? photographs() - scene % 3 : scene % 6;
      return new SfmAttemptRow(
          key,
          scene % 6 == 5 ? 2 : 1,
          new SfmAttemptRow.Method(
              scene % 4 == 0 ? "sequential" : "exhaustive",
              "invented",
              scene % 6 == 5 ? "relaxed" : "incremental"),
          new SfmAttemptRow.Outcome(verdict, "", chosen),
          new SfmAttemptRow.Found(
              chosen ? 1 : 0,
              registered,
              photographs(),
              9000,
              40_000L,
              chosen ? 0.7 : null,
              chosen ? 4.4 : null),
          new SfmAttemptRow.Seconds(0.3 * photographs(), 0.7 * photographs(), 1.0 * photographs()));
    }

    private List<ImageRow> images() {
      List<ImageRow> images = new ArrayList<>();
      for (int i = 0; i < 4; i++) { // a few are enough
        boolean used = i > 0 || scene % 3 > 0;
        images.add(
            new ImageRow(
                key,
                "DSC_%04d.jpg".formatted(i),
                new ImageRow.Use(used ? "USED" : "UNREADABLE", used ? "" : "it ends early"),
                new ImageRow.FileFacts(4_000_000L, "cd", 4000, 2666),
                new ImageRow.ExifFacts(1, 24.0, "2026-02-20T12:00:00", camera()),
                new ImageRow.Position(50.8, -0.13, 71.5),
                new ImageRow.Look(120.0, false, ""),
                used && i < 4 - scene % 3
                    ? new ImageRow.Registration(0, 800)
                    : ImageRow.Registration.NONE));
      }
      return images;
    }
  }
}
