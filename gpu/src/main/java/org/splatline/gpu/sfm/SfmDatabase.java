package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.verdict.SceneException;

/**
 * COLMAP's database of one scene. It gets features and a GPU's matches into it, and knows what in
 * it is of a GPU. Used once, by one thread.
 */
final class SfmDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(SfmDatabase.class);

  private final SfmRun run;
  private final GpuMatchers gpu;
  private final Optional<FoundFeatures> found;
  private int compared; // photographs that a GPU compares, or has compared

  /** Why features that were found before have no matches. */
  private Optional<SceneException> unmatched = Optional.empty();

  private boolean hasMatchesOfGpu;
  private boolean hasFeaturesOfGpu;
  private String featuresReason = ""; // what found them, where a GPU was wanted

  /**
   * @param found the features, if they were found before; then the GPU's part is done, too
   */
  SfmDatabase(SfmRun run, GpuMatchers gpu, Optional<FoundFeatures> found) {
    this.run = run;
    this.gpu = gpu;
    this.found = found;
  }

  /**
   * Gets features: those that were found before, else those that a GPU finds, else those of COLMAP.
   * Returns as {@link #extract}.
   */
  int fill() throws IOException, InterruptedException {
    if (found.isPresent()) {
      return take(found.get());
    }
    compared = find();
    return compared;
  }

  /**
   * Has COLMAP find features. Returns how many photographs it could read: its exit code is 0 even
   * if there are none.
   */
  int extract() throws IOException, InterruptedException {
    return extract(run.steps().featureExtractor(run.photographs()));
  }

  private int extract(ColmapCommand command) throws IOException, InterruptedException {
    int given = run.photographs().names().size();
    int readable =
        given - run.colmap().runToSuccess(command, command.name(), given).output().unreadable();
    run.gate().checkPhotographs(run.photographs().files(), readable);
    return readable;
  }

  private int extractAnew() throws IOException, InterruptedException {
    run.folders().deleteDatabase();
    hasFeaturesOfGpu = false;
    return extract();
  }

  private int find() throws IOException, InterruptedException {
    if (!GpuChoice.findsFeatures(run.config(), gpu)) {
      return extract();
    }
    GpuFeatures features = new GpuFeatures(gpu, run.config(), run.sceneId(), run.listener());
    return listAndFill(
        () ->
            run.colmap()
                .timed(
                    GpuFeatures.NAME,
                    () -> features.find(run.folders().database(), run.folders().images())));
  }

  /**
   * Has COLMAP list the photographs in the database, whose features {@code fill} writes. If that
   * fails, COLMAP finds them.
   */
  private int listAndFill(Runnable fill) throws IOException, InterruptedException {
    int readable = extract(run.steps().photographLister(run.photographs()));
    try {
      fill.run();
      hasFeaturesOfGpu = true;
      featuresReason = ", features too";
      return readable;
    } catch (CancellationException e) {
      throw interrupted(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("scene {}: a GPU can't find its features, COLMAP does", run.sceneId(), e);
      featuresReason = byColmap(e.getMessage());
      unmatched = Optional.of(GpuMatching.failure(run.sceneId(), e)); // found ones are of others
      return extractAnew();
    }
  }

  private static String byColmap(String why) {
    return "; features by COLMAP: " + why;
  }

  private int take(FoundFeatures features) throws IOException, InterruptedException {
    SfmFeatures record = SfmFeatures.read(features.folder());
    compared = record.readable();
    if (record.onGpu()) {
      return listAndFill(() -> takeOfGpu(features.folder(), record));
    }
    run.folders().takeFeatures(features.folder());
    unmatched = features.unmatched();
    featuresReason = features.byColmap().map(SfmDatabase::byColmap).orElse("");
    done(ColmapDialect.EXTRACTOR, record);
    return record.readable();
  }

  private void takeOfGpu(Path features, SfmFeatures record) {
    try (FeatureDatabase source = FeatureDatabase.open(SfmFolders.databaseIn(features));
        FeatureDatabase target = FeatureDatabase.open(run.folders().database())) {
      target.takeFrom(source);
    }
    done(GpuFeatures.NAME, record);
  }

  private void done(String extractor, SfmFeatures record) {
    run.colmap().done(extractor, record.extractionSeconds());
    if (record.matchingSeconds() > 0) {
      run.colmap().done(GpuMatching.NAME, record.matchingSeconds());
    }
  }

  /** The time in which features were found. */
  double extractionSeconds() {
    return run.colmap().secondsByLog().getOrDefault(ColmapDialect.EXTRACTOR, 0.0)
        + run.colmap().secondsByLog().getOrDefault(GpuFeatures.NAME, 0.0);
  }

  /**
   * What a GPU compares or has compared. Its reason also says what found the features.
   *
   * @throws IllegalStateException if a GPU is required and there is none: a fault of the machine
   */
  GpuChoice onGpu() {
    GpuChoice choice =
        found.isPresent()
            ? GpuChoice.elsewhere(run.config(), compared)
            : GpuChoice.of(run.config(), gpu, compared);
    return choice.because(featuresReason);
  }

  /** What found the features, for the reason of pairs that COLMAP compares; may be empty. */
  String featuresReason() {
    return hasFeaturesOfGpu ? "; features on the GPU" : featuresReason;
  }

  boolean hasMatchesOfGpu() {
    return hasMatchesOfGpu;
  }

  /** Gets a GPU's matches. Throws a {@link SceneException}, whatever else happens on the GPU. */
  void matchOnGpu(Rung.Pairs pairs) throws InterruptedException {
    if (found.isEmpty()) {
      compare(pairs);
    } else if (unmatched.isPresent()) {
      throw unmatched.get();
    }
    hasMatchesOfGpu = true;
  }

  private void compare(Rung.Pairs pairs) throws InterruptedException {
    GpuMatching matching = new GpuMatching(gpu, run.sceneId(), run.listener());
    try {
      run.colmap().timed(GpuMatching.NAME, () -> matching.match(run.folders().database(), pairs));
    } catch (CancellationException e) {
      throw interrupted(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("scene {}: a GPU can't match its features, COLMAP does", run.sceneId(), e);
      throw GpuMatching.failure(run.sceneId(), e);
    }
  }

  private static InterruptedException interrupted(CancellationException e) {
    Thread.interrupted(); // the exception says it
    return new InterruptedException(e.getMessage());
  }

  /** Removes what is of a GPU, so that COLMAP matches anew, with its own features. */
  void leaveToColmap() throws IOException, InterruptedException {
    if (hasFeaturesOfGpu) {
      extractAnew();
    } else if (hasMatchesOfGpu) {
      dropMatches();
    }
    hasMatchesOfGpu = false;
  }

  private void dropMatches() throws IOException, InterruptedException {
    try (FeatureDatabase database = FeatureDatabase.open(run.folders().database())) {
      database.clearMatches();
    } catch (FeatureDatabaseException e) {
      extractAnew();
    }
  }
}
