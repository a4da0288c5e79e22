package org.splatline.gpu.sfm;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Matches the features of COLMAP's database on a GPU, and writes the matches into it. */
final class GpuMatching {
  static final String NAME = "gpu_matcher"; // of its time, beside those of COLMAP's commands

  private static final Logger LOG = LoggerFactory.getLogger(GpuMatching.class);
  private static final int REPORTS = 100; // of progress

  /**
   * Fewest matches of a pair that COLMAP verifies. Of 218 pairs that it verified with 30 inliers or
   * more all have so many, of 138 pairs that it refused 35: docs/photographs.md.
   */
  private static final int FEWEST = 25;

  private static final int[] NONE = {};

  private final GpuMatchers gpu;
  private final String sceneId;
  private final SfmListener listener;

  GpuMatching(GpuMatchers gpu, String sceneId, SfmListener listener) {
    this.gpu = gpu;
    this.sceneId = sceneId;
    this.listener = listener;
  }

  /**
   * Compares pairs and writes their matches if they are worth verifying. Every other pair gets a
   * row without matches, so that COLMAP compares none and only verifies. The GPU is held only by
   * this call. If it throws, nothing is written.
   */
  void match(Path database, Rung.Pairs which) {
    try (FeatureDatabase features = FeatureDatabase.open(database)) {
      List<PhotographPair> all = PhotographPair.all(features.photographs());
      List<PhotographPair> pairs;
      long start = System.nanoTime();
      try (Matcher matcher = gpu.open()) {
        pairs =
            which.matching() == SfmConfig.Matching.EXHAUSTIVE
                ? all
                : preselected(matcher, features, which.overlap(), all);
        features.writeMatches(
            receiver -> {
              matcher.match(features, pairs, counting(receiver, pairs.size()));
              Set<PhotographPair> compared = new HashSet<>(pairs);
              all.stream()
                  .filter(pair -> !compared.contains(pair))
                  .forEach(pair -> receiver.accept(pair, NONE));
            });
      }
      LOG.info(
          "scene {} sfm: a GPU matched {} of {} pairs in {} s",
          sceneId,
          pairs.size(),
          all.size(),
          (System.nanoTime() - start) / 1e9);
    }
  }

  /** What a failure of {@link #match} says of the scene. */
  static SceneException failure(String sceneId, Throwable failure) {
    return new SceneException(
        failure instanceof FeatureDatabaseException ? Verdict.TOOL_INCOMPATIBLE : Verdict.INTERNAL,
        "Cannot match scene %s on the GPU: %s".formatted(sceneId, failure.getMessage()),
        failure);
  }

  private static List<PhotographPair> preselected(
      Matcher matcher, FeatureDatabase features, int neighbours, List<PhotographPair> all) {
    Set<PhotographPair> chosen =
        GpuPairs.preselected(matcher, features.largest(GpuPairs.FEATURES), neighbours);
    return all.stream().filter(chosen::contains).toList();
  }

  private Matcher.Receiver counting(Matcher.Receiver receiver, int pairs) {
    int[] done = {0};
    return (pair, matches) -> {
      GpuPairs.checkNotCancelled();
      receiver.accept(pair, matches.length / 2 < FEWEST ? NONE : matches);
      done[0]++;
      if (done[0] % Math.max(1, pairs / REPORTS) == 0) {
        listener.onProgress(NAME, done[0], pairs);
      }
    };
  }
}
