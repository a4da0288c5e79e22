package org.splatline.gpu.cuda;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;

/** Adaptive density control on the device: decides, then moves each array into its new rows. */
final class Densifier implements AutoCloseable {
  private static final int WORDS = 6; // struct Densified of densify.cu

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private Optional<GaussianArrays> spare = Optional.empty();

  Densifier(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
  }

  /** The Gaussians afterwards, in arrays that replace the ones before, and what was done. */
  record Outcome(GaussianArrays gaussians, int numGaussians, DensifyResult result) {}

  /** Rows of each kind, and how many grew before pruning. */
  private record Rows(int staying, int cloned, int split, int clones, int splits) {
    int total() {
      return staying + cloned + 2 * split;
    }
  }

  /** The last Gaussian, from the steepest, that there is room for. */
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
      Rows rows = decide(from, n, settings, Cut.NONE, scratch);
      int room = Math.max(0, settings.maxGaussians() - n);
      if (rows.clones() + rows.splits() > room) {
        rows = decide(from, n, settings, cut(from, n, settings, room), scratch);
      }
      DensifyResult result =
          new DensifyResult(
              rows.clones(), rows.splits(), n + rows.clones() + rows.splits() - rows.total());
      return new Outcome(move(from, n, rows, settings, scratch), rows.total(), result);
    }
  }

  private record Scratch(
      DeviceMemory fates, DeviceMemory clonePlaces, DeviceMemory chains, DeviceMemory densified) {}

  private Rows decide(
      GaussianArrays from, int n, DensifySettings settings, Cut cut, Scratch scratch) {
    stream.clear(scratch.chains(), scratch.chains().bytes());
    stream.clear(scratch.densified(), scratch.densified().bytes());
    kernels.densifyDecide.launch(
        stream,
        Grid.covering(n, DensifyDecideKernel.THREADS),
        n,
        settings.growGradient(),
        cut.gradient(),
        cut.index(),
        settings.cloneMaxScale(),
        settings.pruneOpacity(),
        settings.pruneScale(),
        from.geometry.address(),
        from.geometryFirst.address(),
        from.geometrySecond.address(),
        from.sh.address(),
        scratch.fates().address(),
        scratch.clonePlaces().address(),
        scratch.chains().address(),
        scratch.densified().address());
    stream.synchronize();
    int[] words = scratch.densified().downloadInts(0, WORDS);
    return new Rows(words[0], words[1], words[2], words[3], words[4]);
  }

  /** Where room ends: on the host, as it happens only once the cap is near. */
  private static Cut cut(GaussianArrays from, int n, DensifySettings settings, int room) {
    if (room == 0) {
      return new Cut(Float.POSITIVE_INFINITY, -1);
    }
    float[] sums = from.geometryFirst.downloadFloats(n * GaussianArrays.GEOMETRY_WIDTH);
    float[] counts = from.geometrySecond.downloadFloats(n * GaussianArrays.GEOMETRY_WIDTH);
    float[] gradients = new float[n];
    for (int i = 0; i < n; i++) {
      int at = i * GaussianArrays.GEOMETRY_WIDTH + GaussianArrays.GEOMETRY_WIDTH - 1;
      gradients[i] = counts[at] > 0 ? sums[at] / counts[at] : 0;
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order, Comparator.<Integer>comparingDouble(i -> -gradients[i]).thenComparingInt(i -> i));
    int last = order[Math.min(n, room) - 1];
    return new Cut(Math.max(gradients[last], settings.growGradient()), last);
  }

  private GaussianArrays move(
      GaussianArrays from, int n, Rows rows, DensifySettings settings, Scratch scratch) {
    int total = rows.total();
    GaussianArrays to = takeSpare(from, total);
    try {
      launch(from, to, n, rows, settings, scratch);
      stream.synchronize();
    } catch (RuntimeException e) {
      to.close();
      throw e;
    }
    spare = Optional.of(from); // a round later the next one goes there: nothing is allocated
    return to;
  }

  private GaussianArrays takeSpare(GaussianArrays from, int total) {
    Optional<GaussianArrays> held = spare;
    spare = Optional.empty();
    if (held.isPresent() && held.get().capacity() >= total) {
      return held.get();
    }
    held.ifPresent(GaussianArrays::close);
    return new GaussianArrays(
        account, total <= from.capacity() ? from.capacity() : total + total / 4);
  }

  @Override
  public void close() {
    spare.ifPresent(GaussianArrays::close);
    spare = Optional.empty();
  }

  private void launch(
      GaussianArrays from,
      GaussianArrays to,
      int n,
      Rows rows,
      DensifySettings settings,
      Scratch scratch) {
    long fates = scratch.fates().address();
    long clones = scratch.clonePlaces().address();
    Grid geometry = Grid.covering(3L * n, DensifyGeometryKernel.THREADS);
    Grid sh = Grid.covering(12L * n, DensifyShKernel.THREADS);
    kernels.densifyGeometry.launch(
        stream,
        geometry,
        n,
        rows.staying(),
        rows.cloned(),
        rows.split(),
        settings.seed(),
        settings.step(),
        fates,
        clones,
        from.geometry.address(),
        to.geometry.address());
    DensifyMomentsKernel geometryMoments = kernels.densifyGeometryMoments;
    moments(geometryMoments, geometry, n, rows, scratch, from.geometryFirst, to.geometryFirst);
    moments(geometryMoments, geometry, n, rows, scratch, from.geometrySecond, to.geometrySecond);
    kernels.densifySh.launch(
        stream,
        sh,
        n,
        rows.staying(),
        rows.cloned(),
        rows.split(),
        fates,
        clones,
        from.sh.address(),
        to.sh.address());
    moments(kernels.densifyShMoments, sh, n, rows, scratch, from.shFirst, to.shFirst);
    moments(kernels.densifyShMoments, sh, n, rows, scratch, from.shSecond, to.shSecond);
  }

  private void moments(
      DensifyMomentsKernel kernel,
      Grid grid,
      int n,
      Rows rows,
      Scratch scratch,
      DeviceMemory from,
      DeviceMemory to) {
    kernel.launch(
        stream,
        grid,
        n,
        rows.staying(),
        rows.cloned(),
        rows.split(),
        scratch.fates().address(),
        scratch.clonePlaces().address(),
        from.address(),
        to.address());
  }
}
