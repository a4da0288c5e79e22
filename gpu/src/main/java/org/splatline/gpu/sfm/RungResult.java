package org.splatline.gpu.sfm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.scene.colmap.ModelStatistics;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The result of one rung.
 *
 * @param models all that were found
 * @param refusal why none of them can be used; null: one can
 * @param gpuFailed whether the refusal is about the GPU or what it needs, not about the scene
 * @param shortfall what the best model lacks; empty: nothing, or there is a refusal
 */
record RungResult(
    Rung rung,
    int readable,
    List<SubModel> models,
    SceneException refusal,
    boolean gpuFailed,
    String shortfall,
    double matchingSeconds,
    double mappingSeconds) {

  RungResult {
    models = List.copyOf(models);
  }

  /** Whether its best model can be used for training. */
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

  SfmAttempt attempt(RungResult chosen) {
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

  /** One sentence for the log. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "rung %d (%s): %s, %d of %d photographs registered, %d points, %d models, matching %.1f s,"
            + " mapping %.1f s",
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
