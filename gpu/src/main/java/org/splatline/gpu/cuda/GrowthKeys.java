package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.FadingArgument;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.GrowKeysKernel;
import org.splatline.gpu.cuda.kernel.GrowKeysRaceKernel;
import org.splatline.gpu.cuda.kernel.GrowRulesArgument;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.PruneRulesArgument;

/** Computes the keys that decide which Gaussians grow, and where their ranking ends. */
final class GrowthKeys {
  private static final int WORDS = 3; // struct Growing of grow.cu

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private final KeySelection selection;

  GrowthKeys(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
    this.selection = new KeySelection(account, kernels, stream);
  }

  /**
   * The last Gaussian that there is room for, in the order from the largest key to the smallest.
   */
  record Cut(float key, int index) {
    private static final Cut ALL_GROW = new Cut(-1, 0);
    private static final Cut NONE_GROWS = new Cut(Float.POSITIVE_INFINITY, -1);
  }

  /**
   * Writes keys and finds the last one that there is room for.
   *
   * @param scores [N], if the settings measure errors
   * @param keys [N], overwritten; negative for Gaussians that may not grow
   */
  Cut find(
      GaussianArrays gaussians,
      int n,
      DensifySettings settings,
      DeviceMemory scores,
      DeviceMemory keys) {
    boolean races = !settings.growth().errors().isNone();
    int[] growing;
    try (DeviceMemory words = DeviceMemory.ints(account, WORDS)) {
      stream.clear(words, words.bytes());
      kernels.growKeys.launch(
          stream,
          Grid.covering(n, GrowKeysKernel.THREADS),
          n,
          GrowRulesArgument.of(settings),
          PruneRulesArgument.of(settings),
          FadingArgument.of(settings.fading()),
          gaussians.geometry(),
          gaussians.sh(),
          keys,
          words);
      if (races) {
        kernels.growKeysRace.launch(
            stream,
            Grid.covering(n, GrowKeysRaceKernel.THREADS),
            n,
            settings.seed(),
            settings.step(),
            scores,
            keys,
            words);
      }
      stream.synchronize();
      growing = words.downloadInts(0, WORDS);
    }
    int candidates = growing[races ? 2 : 1];
    int room = settings.room(n, growing[0]);
    if (candidates <= room) {
      return Cut.ALL_GROW;
    }
    if (room == 0) {
      return Cut.NONE_GROWS;
    }
    KeySelection.Last last = selection.last(keys, n, room);
    return new Cut(last.key(), last.index());
  }
}
