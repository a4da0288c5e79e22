package org.splatline.gpu.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.metric.MetricsJson;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.train.DensifyConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Trains each row of an ablation with each seed, one after the other, and keeps the results. */
final class Ablation {
  /** Makes the configuration of a row. */
  interface Configurations {
    Configuration of(AblationRow row, long seed);
  }

  /** Trains once and writes metrics.json to {@code out}. */
  interface Training {
    SceneMetrics train(Configuration configuration, Path out) throws IOException;
  }

  /**
   * The result of a row.
   *
   * @param runs one per seed; fewer if one failed
   * @param failure why one failed; null if none did
   */
  record Result(AblationRow row, List<SceneMetrics> runs, String failure) {
    Result {
      runs = List.copyOf(runs);
    }
  }

  private final Path folder;
  private final List<Long> seeds;
  private final Configurations configurations;
  private final Training training;
  private final Consumer<String> progress;

  private final Map<Long, Integer> vanillaGaussians = new HashMap<>(); // by seed
  private int runs;
  private int ended;
  private int trained;
  private double trainedSeconds;

  /** An ablation that keeps its runs in {@code folder/<row>/seed-<seed>}. */
  Ablation(
      Path folder,
      List<Long> seeds,
      Configurations configurations,
      Training training,
      Consumer<String> progress) {
    this.folder = folder;
    this.seeds = seeds;
    this.configurations = configurations;
    this.training = training;
    this.progress = progress;
  }

  /** Returns one result per row, in order. Vanilla must be before rows that keep a share of it. */
  List<Result> run(List<AblationRow> rows) throws IOException {
    runs = rows.size() * seeds.size();
    List<Result> results = new ArrayList<>();
    for (AblationRow row : rows) {
      results.add(run(row));
      ended = results.size() * seeds.size(); // after a failure the row's other seeds are skipped
    }
    return results;
  }

  private Result run(AblationRow row) throws IOException {
    List<SceneMetrics> done = new ArrayList<>();
    for (long seed : seeds) {
      String run = "%d/%d %s, seed %d".formatted(ended + 1, runs, row.words(), seed);
      try {
        done.add(run(row, seed, run));
      } catch (SceneException e) {
        return failed(row, done, run, "%s [%s]".formatted(e.getMessage(), e.verdict()));
      } catch (DeviceMemoryException e) {
        return failed(row, done, run, e.getMessage());
      } catch (OutOfMemoryError e) {
        return failed(
            row,
            done,
            run,
            "the JVM has too little memory: %s. Raise -Xmx in SPLATLINE_JAVA_OPTS"
                .formatted(e.getMessage()));
      }
    }
    return new Result(row, done, null);
  }

  private Result failed(AblationRow row, List<SceneMetrics> done, String run, String why) {
    progress.accept("%s: failed: %s".formatted(run, why));
    return new Result(row, done, why);
  }

  private SceneMetrics run(AblationRow row, long seed, String run) throws IOException {
    Configuration configuration = configurations.of(withCount(row, seed), seed);
    Path out = folder.resolve(row.folder()).resolve("seed-" + seed);
    SceneMetrics metrics = finished(out, configuration.hash());
    boolean isNew = metrics == null;
    if (isNew) {
      progress.accept("%s: starts%s".formatted(run, timeLeft(runs - ended)));
      metrics = train(configuration, out);
    }
    ended++;
    if (row.equals(AblationRow.VANILLA)) {
      vanillaGaussians.put(seed, metrics.gaussians());
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s: %s%.2f dB%s, %.1f s, %,d Gaussians; %d left%s",
            run,
            isNew ? "" : "already done: ",
            metrics.psnr(),
            metrics.qualityWord() == null ? "" : " (" + metrics.qualityWord() + ")",
            metrics.trainSeconds(),
            metrics.gaussians(),
            runs - ended,
            timeLeft(runs - ended)));
    return metrics;
  }

  private AblationRow withCount(AblationRow row, long seed) {
    if (row.shareOfVanilla() == 0) {
      return row;
    }
    Integer gaussians = vanillaGaussians.get(seed);
    if (gaussians == null) {
      throw new SceneException(
          Verdict.INTERNAL,
          "Cannot train %s: vanilla failed with seed %d, so its number of Gaussians is unknown. See the row of vanilla"
              .formatted(row.words(), seed));
    }
    boolean hasBudget =
        !configurations
            .of(row, seed)
            .section("densify", DensifyConfig.class)
            .budget()
            .equals("none");
    return row.endingAt(
        (int) Math.max(1, Math.floor(row.shareOfVanilla() * gaussians + 1e-6)),
        hasBudget ? "densify.budget" : "prune.keep-gaussians");
  }

  /** The metrics that an earlier ablation wrote; null if there are none of this configuration. */
  private static SceneMetrics finished(Path out, String configHash) throws IOException {
    Path file = out.resolve("metrics.json");
    if (!Files.exists(file)) {
      return null;
    }
    try {
      SceneMetrics metrics = MetricsJson.read(file);
      return configHash.equals(metrics.configHash()) ? metrics : null;
    } catch (JsonProcessingException e) {
      return null; // the file is incomplete
    }
  }

  /** Trains from the first step, because a resumed training would time only the rest. */
  private SceneMetrics train(Configuration configuration, Path out) throws IOException {
    deleteIfPresent(out);
    long start = System.nanoTime();
    SceneMetrics metrics = training.train(configuration, out);
    deleteIfPresent(out.resolve("checkpoints"));
    trainedSeconds += (System.nanoTime() - start) / 1e9;
    trained++;
    return metrics;
  }

  private static void deleteIfPresent(Path folder) throws IOException {
    if (Files.exists(folder)) {
      SceneFolders.delete(folder);
    }
  }

  private String timeLeft(int left) {
    return trained == 0 || left == 0
        ? ""
        : ", ETA " + ProgressLine.time(left * trainedSeconds / trained);
  }
}
