package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.cuda.GaussianArrays.Part;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.DensifyDecideKernel;
import org.splatline.gpu.cuda.kernel.DensifyGeometryKernel;
import org.splatline.gpu.cuda.kernel.DensifyRowsKernel;
import org.splatline.gpu.cuda.kernel.DensifyRulesArgument;
import org.splatline.gpu.cuda.kernel.FatePointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
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
  private final GradientSelection selection;

  Densifier(MemoryAccount account, Kernels kernels, DeviceStream stream, SpareArrays spare) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
    this.spare = spare;
    this.selection = new GradientSelection(account, kernels, stream);
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
   * The last Gaussian that there is room for, in the order from the largest gradient to the
   * smallest.
   */
  private record Cut(float gradient, int index) {
    static final Cut NONE = new Cut(-1, 0);
  }

  Outcome densify(GaussianArrays from, int n, DensifySettings settings) {
    int blocks = Grid.covering(n, DensifyDecideKernel.THREADS).x();
    try (DeviceMemory fates = DeviceMemory.ints(account, n);
        DeviceMemory clonePlaces = DeviceMemory.ints(account, n);
        DeviceMemory chains = DeviceMemory.ints(account, 3L * blocks);
        DeviceMemory densified = DeviceMemory.ints(account, WORDS)) {
      Scratch scratch = new Scratch(fates, clonePlaces, chains, densified);
      Rows wanted = decide(from, n, settings, Cut.NONE, scratch);
      int room = Math.max(0, settings.maxGaussians() - n);
      Rows rows =
          wanted.clones() + wanted.splits() > room
              ? decide(from, n, settings, cut(from, n, settings, room), scratch)
              : wanted;
      DensifyResult result =
          new DensifyResult(
              rows.clones(), rows.splits(), n + rows.clones() + rows.splits() - rows.total());
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
      DeviceMemory fates, DeviceMemory clonePlaces, DeviceMemory chains, DeviceMemory densified) {

    FatePointers fatePointers() {
      return new FatePointers(fates, clonePlaces);
    }
  }

  private Rows decide(
      GaussianArrays from, int n, DensifySettings settings, Cut cut, Scratch scratch) {
    stream.clear(scratch.chains(), scratch.chains().bytes());
    stream.clear(scratch.densified(), scratch.densified().bytes());
    kernels.densifyDecide.launch(
        stream,
        Grid.covering(n, DensifyDecideKernel.THREADS),
        n,
        DensifyRulesArgument.of(settings, cut.gradient(), cut.index()),
        from.geometry(),
        from.sh(),
        scratch.fatePointers(),
        scratch.chains(),
        scratch.densified());
    stream.synchronize();
    int[] words = scratch.densified().downloadInts(0, WORDS);
    return new Rows(words[0], words[1], words[2], words[3], words[4]);
  }

  private Cut cut(GaussianArrays from, int n, DensifySettings settings, int room) {
    if (room == 0) {
      return new Cut(Float.POSITIVE_INFINITY, -1);
    }
    GradientSelection.Last last = selection.last(from.geometry(), n, settings.growGradient(), room);
    return new Cut(last.gradient(), last.index());
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
      case GEOMETRY ->
          kernels.densifyGeometry.launch(
              stream,
              Grid.covering(3L * n, DensifyGeometryKernel.THREADS),
              n,
              rows.counts(),
              settings.seed(),
              settings.step(),
              scratch.fatePointers(),
              new RowPointers(from, to));
      case SH, MASKS -> moveRows(kernels.densifySh, grid, n, parts, rows, scratch, from, to);
      case GEOMETRY_FIRST, GEOMETRY_SECOND ->
          moveRows(kernels.densifyGeometryMoments, grid, n, parts, rows, scratch, from, to);
      case SH_FIRST, SH_SECOND, MASKS_FIRST, MASKS_SECOND, MASKS_GRADIENT ->
          moveRows(kernels.densifyShMoments, grid, n, parts, rows, scratch, from, to);
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
