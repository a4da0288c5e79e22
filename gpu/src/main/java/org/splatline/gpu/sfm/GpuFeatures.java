package org.splatline.gpu.sfm;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;

/** Finds the features of photographs on a GPU, and writes them into COLMAP's database. */
public final class GpuFeatures {
  static final String NAME = "gpu_extractor"; // of its time, beside those of COLMAP's commands

  private static final Logger LOG = LoggerFactory.getLogger(GpuFeatures.class);
  private static final int MAX_DECODERS = 8; // each holds a decoded photograph

  /** Larger photographs are reduced to this many pixels: 6.5 GB of a GPU's memory. */
  private static final double MOST_PIXELS = 50e6;

  private final GpuMatchers gpu;
  private final SfmConfig config;
  private final String sceneId;
  private final SfmListener listener;

  /**
   * @param sceneId for messages
   */
  public GpuFeatures(GpuMatchers gpu, SfmConfig config, String sceneId, SfmListener listener) {
    this.gpu = gpu;
    this.config = config;
    this.sceneId = sceneId;
    this.listener = listener;
  }

  /**
   * A photograph whose features are looked for.
   *
   * @param across how many times as wide the photograph is
   * @param down how many times as high
   */
  private record Decoded(GreyPicture picture, float across, float down) {}

  /**
   * Replaces the features of all photographs of the database. Some threads decode photographs
   * ahead. The GPU is held only by this call. If it throws, nothing is written.
   *
   * @param database in which COLMAP has listed the photographs
   * @param images their folder
   * @throws CancellationException when the thread is interrupted
   * @throws RuntimeException when a photograph can't be read, or the GPU can't be used
   */
  public void find(Path database, Path images) {
    long start = System.nanoTime();
    int threads = Math.min(config.effectiveThreads(), MAX_DECODERS);
    ExecutorService decoders = Threads.pool("photographs", threads);
    try (FeatureDatabase features = FeatureDatabase.open(database);
        FeatureExtractor extractor = gpu.openExtractor()) {
      List<String> names = features.names();
      int most = config.featuresFor(names.size());
      Deque<Future<Decoded>> ahead = new ArrayDeque<>();
      features.writeFeatures(
          photograph -> {
            while (ahead.size() <= threads && photograph + ahead.size() < names.size()) {
              Path file = images.resolve(names.get(photograph + ahead.size()));
              ahead.add(decoders.submit(() -> decoded(file)));
            }
            Decoded decoded = result(ahead.remove());
            Features found = extractor.extract(decoded.picture(), most);
            listener.onProgress(NAME, photograph + 1, names.size());
            return found.scaled(decoded.across(), decoded.down());
          });
      LOG.info(
          "scene {} sfm: a GPU found the features of {} photographs in {} s",
          sceneId,
          names.size(),
          (System.nanoTime() - start) / 1e9);
    } finally {
      decoders.shutdownNow();
    }
  }

  private Decoded decoded(Path file) {
    Picture picture = PictureReader.read(file);
    double scale = Math.sqrt(MOST_PIXELS / picture.width() / picture.height());
    if (scale >= 1) {
      return new Decoded(GreyPicture.of(picture), 1, 1);
    }
    int width = Math.max(1, (int) (scale * picture.width()));
    int height = Math.max(1, (int) (scale * picture.height()));
    LOG.info(
        "scene {} sfm: features of {} are found at {} x {} px of {} x {}",
        sceneId,
        file.getFileName(),
        width,
        height,
        picture.width(),
        picture.height());
    return new Decoded(
        GreyPicture.of(AreaFilter.reduce(picture, width, height)),
        (float) picture.width() / width,
        (float) picture.height() / height);
  }

  private static Decoded result(Future<Decoded> future) {
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // a future that is done does not look
      }
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("finding features was cancelled");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) { // as if this thread had too little memory
        throw error;
      }
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }
}
