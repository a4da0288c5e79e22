package org.splatline.pipeline.sfm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * What came of one rung.
 *
 * @param models all it found
 * @param refusal why none of them can be trained on; null: one can
 * @param shortfall what the best lacks; empty: nothing, or there is a refusal
 */
record RungTried(
    Rung rung,
    int readable,
    List<SubModel> models,
    SceneException refusal,
    String shortfall,
    double matchingSeconds,
    double mappingSeconds) {

  RungTried {
    models = List.copyOf(models);
  }

  /** Whether its best model can be trained on. */
  boolean isDone() {
    return refusal == null;
  }

  Optional<SubModel> best() {
    return SubModel.best(models);
  }

  int registered() {
    return best().map(model -> model.statistics().registeredImages()).orElse(0);
  }

  int points() {
    return best().map(model -> model.statistics().points()).orElse(0);
  }

  Verdict verdict() {
    if (refusal != null) {
      return refusal.verdict();
    }
    return shortfall.isEmpty() ? Verdict.OK : Verdict.DEGRADED;
  }

  SfmAttempt attempt(RungTried chosen) {
    Optional<ModelStatistics> best = best().map(SubModel::statistics);
    return new SfmAttempt(
        rung.number(),
        rung.pairs().map(pairs -> pairs.matching().label()).orElse(""),
        rung.pairs().map(Rung.Pairs::reason).orElse(""),
        rung.mappingLabel(),
        verdict(),
        refusal == null ? shortfall : refusal.getMessage(),
        models.size(),
        registered(),
        readable,
        points(),
        best.map(ModelStatistics::observations).orElse(0L),
        best.map(ModelStatistics::meanErrorPx).filter(Double::isFinite).orElse(null),
        best.map(ModelStatistics::meanTrackLength).filter(Double::isFinite).orElse(null),
        matchingSeconds,
        mappingSeconds,
        rung.equals(chosen.rung()) && isDone());
  }

  /** For a log. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "rung %d (%s): %s, %d of %d photographs registered, %d points, %d models, matching %.1f s, mapping %.1f s",
        rung.number(),
        rung.label(),
        verdict(),
        registered(),
        readable,
        points(),
        models.size(),
        matchingSeconds,
        mappingSeconds);
  }
}
