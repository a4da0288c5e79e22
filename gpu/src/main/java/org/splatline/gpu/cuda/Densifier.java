package org.splatline.gpu.cuda;

import java.util.function.IntConsumer;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.GaussianArrays.Part;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.DensifyDecideKernel;
import org.splatline.gpu.cuda.kernel.DensifyGeometryKernel;
import org.splatline.gpu.cuda.kernel.DensifyLongAxisKernel;
import org.splatline.gpu.cuda.kernel.DensifyRowsKernel;
import org.splatline.gpu.cuda.kernel.DensifyRulesArgument;
import org.splatline.gpu.cuda.kernel.FadingArgument;
import org.splatline.gpu.cuda.kernel.FatePointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.PruneRulesArgument;
import org.splatline.gpu.cuda.kernel.RowCountsArgument;
import org.splatline.gpu.cuda.kernel.RowPointers;

/** Adaptive density control on the device: decides, then moves each array into its new rows. */
final class Densifier {
  private static final int FLOAT4_BYTES = 16;
  private static final int WORDS = 6; // struct Densified of densify.cu

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private final SpareArrays spare;
  private final GrowthKeys growthKeys;

  Densifier(MemoryAccount account, Kernels kernels, DeviceStream stream, SpareArrays spare) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
    this.spare = spare;
    this.growthKeys = new GrowthKeys(account, kernels, stream);
  }

  /** The Gaussians afterwards, in arrays that replace the earlier ones, and what was done. */
  record Outcome(GaussianArrays gaussians, int numGaussians, DensifyResult result) {}

  /** Rows of each kind, and how many grew before pruning. */
  private record Rows(int staying, int cloned, int split, int clones, int splits) {
    int total() {
      return staying + cloned + 2 * split;
    }

    RowCountsArgument counts() {
      return new RowCountsArgument(staying, cloned, split);
    }
  }

  /**
   * One round. Throws {@link DeviceMemoryException} if there is no room for it; nothing has changed
   * then.
   *
   * @param scores [N] longs, if the settings measure errors
   * @param room makes room for what else a number of Gaussians needs, or throws
   */
  Outcome densify(
      GaussianArrays from, int n, DensifySettings settings, DeviceMemory scores, IntConsumer room) {
    int blocks = Grid.covering(n, DensifyDecideKernel.THREADS).x();
    try (DeviceMemory keys = DeviceMemory.floats(account, n);
        DeviceMemory fates = DeviceMemory.ints(account, n);
        DeviceMemory clonePlaces = DeviceMemory.ints(account, n);
        DeviceMemory chains = DeviceMemory.ints(account, 3L * blocks);
        DeviceMemory densified = DeviceMemory.ints(account, WORDS)) {
      Scratch scratch = new Scratch(keys, fates, clonePlaces, chains, densified);
      GrowthKeys.Cut cut = growthKeys.find(from, n, settings, scores, keys);
      Rows rows = decide(from, n, settings, cut, scratch);
      DensifyResult result =
          new DensifyResult(
              rows.clones(), rows.splits(), n + rows.clones() + rows.splits() - rows.total());
      room.accept(rows.total());
      GaussianArrays to =
          spare.move(
              from,
              rows.total(),
              settings.maxGaussians(),
              (part, old, fresh) -> move(from, part, old, fresh, n, rows, settings, scratch));
      return new Outcome(to, rows.total(), result);
    }
  }

  private record Scratch(
      DeviceMemory keys,
      DeviceMemory fates,
      DeviceMemory clonePlaces,
      DeviceMemory chains,
      DeviceMemory densified) {

    FatePointers fatePointers() {
      return new FatePointers(fates, clonePlaces);
    }
  }

  private Rows decide(
      GaussianArrays from, int n, DensifySettings settings, GrowthKeys.Cut cut, Scratch scratch) {
    stream.clear(scratch.chains(), scratch.chains().bytes());
    stream.clear(scratch.densified(), scratch.densified().bytes());
    kernels.densifyDecide.launch(
        stream,
        Grid.covering(n, DensifyDecideKernel.THREADS),
        n,
        DensifyRulesArgument.of(settings, cut.key(), cut.index()),
        PruneRulesArgument.of(settings),
        FadingArgument.of(settings.fading()),
        scratch.keys(),
        from.geometry(),
        scratch.fatePointers(),
        scratch.chains(),
        scratch.densified());
    stream.synchronize();
    int[] words = scratch.densified().downloadInts(0, WORDS);
    return new Rows(words[0], words[1], words[2], words[3], words[4]);
  }

  private void move(
      GaussianArrays gaussians,
      Part part,
      DeviceMemory from,
      DeviceMemory to,
      int n,
      Rows rows,
      DensifySettings settings,
      Scratch scratch) {
    int parts = gaussians.rowBytes(part) / FLOAT4_BYTES;
    Grid grid = Grid.covering((long) parts * n, DensifyRowsKernel.THREADS);
    switch (part) {
      case GEOMETRY -> moveGeometry(n, rows, settings, scratch, new RowPointers(from, to));
      case SH, MASKS -> moveRows(kernels.densifySh, grid, n, parts, rows, scratch, from, to);
      case GEOMETRY_FIRST, GEOMETRY_SECOND ->
          moveRows(kernels.densifyGeometryMoments, grid, n, parts, rows, scratch, from, to);
      case SH_FIRST, SH_SECOND, MASKS_FIRST, MASKS_SECOND, MASKS_GRADIENT ->
          moveRows(kernels.densifyShMoments, grid, n, parts, rows, scratch, from, to);
    }
  }

  private void moveGeometry(
      int n, Rows rows, DensifySettings settings, Scratch scratch, RowPointers array) {
    FadingArgument fading = FadingArgument.of(settings.fading());
    switch (settings.split().kind()) {
      case RANDOM ->
          kernels.densifyGeometry.launch(
              stream,
              Grid.covering(3L * n, DensifyGeometryKernel.THREADS),
              n,
              rows.counts(),
              fading,
              settings.seed(),
              settings.step(),
              scratch.fatePointers(),
              array);
      case LONG_AXIS ->
          kernels.densifyLongAxis.launch(
              stream,
              Grid.covering(3L * n, DensifyLongAxisKernel.THREADS),
              n,
              rows.counts(),
              fading,
              scratch.fatePointers(),
              array);
    }
  }

  private void moveRows(
      DensifyRowsKernel kernel,
      Grid grid,
      int n,
      int parts,
      Rows rows,
      Scratch scratch,
      DeviceMemory from,
      DeviceMemory to) {
    kernel.launch(
        stream, grid, n, parts, rows.counts(), scratch.fatePointers(), new RowPointers(from, to));
  }
}
