package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Structure from motion: from a folder of photographs to a scene folder of undistorted pictures
 * with cameras and points, by COLMAP on the full-size photographs. It keeps no state between scenes
 * and may be used by several threads.
 */
public final class SfmStage {
  private static final int BYTES_PER_PIXEL = 300;

  private final SfmConfig config;
  private final GpuMatchers gpu;

  /** A stage in which COLMAP does all work. */
  public SfmStage(SfmConfig config) {
    this(config, GpuMatchers.NONE);
  }

  /**
   * A stage that may find and match features on a GPU.
   *
   * @param gpu where it gets one, if {@code sfm.features} or {@code sfm.matching} allows it
   */
  public SfmStage(SfmConfig config, GpuMatchers gpu) {
    this.config = config;
    this.gpu = gpu;
  }

  /**
   * Whether a scene folder brings its cameras, so that COLMAP is not needed. A {@code sparse/0}
   * that lacks files counts too: its reader says what is missing.
   */
  public static boolean bringsModel(Path folder) {
    return Files.isDirectory(folder.resolve("sparse").resolve("0"))
        || Files.isRegularFile(folder.resolve("transforms.json"))
        || Files.isRegularFile(folder.resolve("transforms_train.json"));
  }

  /**
   * The version of COLMAP. It is part of a reconstruction's content key.
   *
   * @throws SceneException TOOL_MISSING, TOOL_INCOMPATIBLE
   */
  public String colmapVersion() throws IOException, InterruptedException {
    return new ColmapBinary(config.colmap()).probe().version();
  }

  /**
   * Memory that COLMAP needs for each of its threads, in bytes. Finding features takes the most:
   * 3.5 GB were seen with COLMAP 3.8 and one thread for a photograph of 4000 x 3000 px, which it
   * first doubles in size.
   *
   * @param pixels of the largest photograph
   */
  public static long bytesPerThread(long pixels) {
    return Math.max(1, pixels) * BYTES_PER_PIXEL;
  }

  private ColmapDialect dialect() throws IOException, InterruptedException {
    ColmapBinary colmap = new ColmapBinary(config.colmap());
    return ColmapDialect.ask(colmap, colmap.probe());
  }

  /**
   * Has COLMAP find features only, for a GPU on another machine.
   *
   * @param workFolder as of {@link #reconstruct}
   * @return a folder in {@code workFolder}: {@link SfmFeatures}
   * @throws SceneException as {@link #reconstruct} before it matches
   */
  public Path findFeatures(String sceneId, Path images, Path workFolder, SfmListener listener)
      throws IOException, InterruptedException {
    return reconstruction(Optional.empty(), sceneId, images, SfmHints.NONE, workFolder, listener)
        .findFeatures(this::dialect);
  }

  /**
   * Finds features on the GPU and, if {@code sfm.matching} allows it, matches them. The GPU is held
   * only by this call, and COLMAP is not needed.
   *
   * @param images the folder of the photographs; other files in it are skipped
   * @param found an empty folder, for the files of {@link SfmFeatures}
   * @throws SceneException if a photograph can't be decoded
   * @throws RuntimeException when the GPU can't be used: the machine failed, not the scene
   */
  public void findOnGpu(String sceneId, Path images, Path found, SfmListener listener)
      throws IOException {
    List<String> names = PhotographList.of(images).names();
    Path database = SfmFolders.databaseIn(found);
    FeatureDatabase.create(database, names);
    GpuFeatures features = new GpuFeatures(gpu, config, sceneId, listener);
    double extraction = seconds(() -> features.find(database, images));
    double matching =
        config.matchesOnGpu() ? seconds(() -> match(sceneId, database, names.size(), listener)) : 0;
    new SfmFeatures(true, names.size(), extraction, matching).writeTo(found);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private void match(String sceneId, Path database, int photographs, SfmListener listener) {
    new GpuMatching(gpu, sceneId, listener).match(database, GpuChoice.pairs(config, photographs));
  }

  /**
   * Matches features on the GPU, which is held only by this call. COLMAP is not needed.
   *
   * @param features a folder that {@link #findFeatures} has made; it is only read
   * @param matched an empty folder, for the same files with matches
   * @throws SceneException TOOL_INCOMPATIBLE if the database is of an unknown COLMAP
   * @throws RuntimeException when the GPU can't be used: the machine failed, not the scene
   */
  public void matchOnGpu(String sceneId, Path features, Path matched, SfmListener listener)
      throws IOException {
    SfmFeatures record = SfmFeatures.read(features);
    SfmFolders.copyFeatures(features, matched);
    Path database = SfmFolders.databaseIn(matched);
    try {
      double matching = seconds(() -> match(sceneId, database, record.readable(), listener));
      record.matchedIn(matching).writeTo(matched);
    } catch (FeatureDatabaseException e) {
      throw GpuMatching.failure(sceneId, e);
    }
  }

  /**
   * As the other method, from features that were found before. The GPU of this stage is not used.
   */
  public SfmResult reconstruct(
      String sceneId,
      Path images,
      FoundFeatures features,
      SfmHints hints,
      Path workFolder,
      SfmListener listener)
      throws IOException, InterruptedException {
    return reconstruction(Optional.of(features), sceneId, images, hints, workFolder, listener)
        .run(this::dialect);
  }

  /**
   * Finds cameras and points. It extracts features; then it matches, maps and checks the gate, in
   * one way after the other until enough photographs are registered, the first one with a GPU where
   * there is one; then it undistorts the best model. Files of an earlier attempt in {@code
   * workFolder} are replaced. COLMAP's output and the {@link SfmReport} stay in {@code
   * workFolder/logs}.
   *
   * @param sceneId for messages
   * @param images the folder of the photographs; other files in it are skipped
   * @param hints what is known about them
   * @param workFolder used by this call alone; created if absent
   * @return the result; its scene folder is in {@code workFolder}
   * @throws SceneException FEW_IMAGES or UNREADABLE_IMAGES before COLMAP starts, NO_MATCHES,
   *     NO_MODEL, SPLIT_MODEL, LOW_REGISTRATION or HIGH_REPROJECTION at the gate, DISK_FULL,
   *     TIMEOUT, STALLED, OUT_OF_MEMORY, TOOL_CRASH, TOOL_MISSING or TOOL_INCOMPATIBLE when COLMAP
   *     itself fails
   * @throws IOException when files cannot be read or written: the machine failed, not the scene
   * @throws IllegalStateException when {@code sfm.features} or {@code sfm.matching} requires a GPU
   *     and there is none
   */
  public SfmResult reconstruct(
      String sceneId, Path images, SfmHints hints, Path workFolder, SfmListener listener)
      throws IOException, InterruptedException {
    return reconstruction(Optional.empty(), sceneId, images, hints, workFolder, listener)
        .run(this::dialect);
  }

  private Reconstruction reconstruction(
      Optional<FoundFeatures> features,
      String sceneId,
      Path images,
      SfmHints hints,
      Path workFolder,
      SfmListener listener) {
    if (!Files.isDirectory(images)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot reconstruct scene %s: there is no folder %s. Name the folder of its photographs."
              .formatted(sceneId, images));
    }
    SfmFolders folders =
        new SfmFolders(
            images.toAbsolutePath().normalize(), workFolder.toAbsolutePath().normalize());
    return new Reconstruction(config, gpu, features, sceneId, hints, folders, listener);
  }
}
