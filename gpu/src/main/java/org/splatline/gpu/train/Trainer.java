package org.splatline.gpu.train;

import java.nio.file.Path;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.scene.Scene;

/** Trains one scene: the loop. */
public final class Trainer {
  private Trainer() {}

  /**
   * Trains from the newest usable checkpoint, or from the scene's points.
   *
   * @param checkpoints folder checkpoints are written to and resumed from; made when absent
   */
  public static TrainResult train(
      Scene scene,
      TrainConfig config,
      SplatBackend backend,
      Path checkpoints,
      TrainListener listener) {
    throw new UnsupportedOperationException("" + scene + config + backend + checkpoints + listener);
  }
}
