package org.splatline.gpu.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.cuda.kernel.CameraArgument;

/**
 * How a training uses device memory: for Gaussians, a view's buffers and pictures. Growth to the
 * maximum number of Gaussians comes first. Next is the spare set of arrays, which lets
 * densification move all arrays at once. Last are pictures that stay on the device. The plan is
 * only arithmetic and needs no device.
 *
 * @param demand what the training needs
 * @param budget what may be used
 * @param spare whether there is a spare set of arrays; otherwise rows move one array at a time
 * @param streamed whether pictures come to the device one by one
 */
record MemoryPlan(Demand demand, Budget budget, boolean spare, boolean streamed) {
  /**
   * A view's intersections are estimated from its Gaussians and its pixels: 2 a Gaussian, for it
   * lies on a border of tiles, and 256 in each tile. Measured were 1.2 and 110, in the scene fox at
   * 1061x1893 and at a quarter of that, and for a million Gaussians at 980x545.
   */
  private static final long INTERSECTIONS_PER_GAUSSIAN = 2;

  /** Temporary memory of densification (scores, keys, fates, places) or of the Morton sort. */
  private static final long SCRATCH_BYTES_PER_GAUSSIAN = 24;

  /** Part of a limit that is left for what is not counted: counters, sums, ends of blocks. */
  private static final long UNCOUNTED_BYTES = 1 << 20;

  /**
   * How much memory may be used.
   *
   * @param key configuration key that decides it
   */
  record Budget(long bytes, String key) {

    /**
     * The limit or the share, whichever is less. A single trainer has a share of the free memory.
     * Trainers that share a device have equal shares of all its memory, because the free memory
     * depends on the progress of the others.
     *
     * @param free bytes that are free now
     * @param total bytes of the device
     */
    static Budget of(GpuConfig config, long free, long total) {
      long most =
          config.trainersPerDevice() == 1
              ? (long) (config.memoryShare() * free)
              : Math.min(free, (long) (config.memoryShare() * total / config.trainersPerDevice()));
      Budget share = new Budget(most, "gpu.memory-share");
      Budget limit =
          new Budget(Math.max(0, config.maxMemory() - UNCOUNTED_BYTES), "gpu.max-memory");
      return config.maxMemory() > 0 && limit.bytes() < share.bytes() ? limit : share;
    }
  }

  /**
   * What a training needs.
   *
   * @param gaussians number at the start
   * @param maxGaussians maximum number, at least {@code gaussians}
   * @param precision of coefficients and moments
   * @param pictures number of pictures
   * @param residentBytes of all pictures on the device, and of the memory needed to bring them
   *     there
   * @param streamedBytes of the few pictures on the device at a time, if streamed
   * @param pixels of the largest view, in whole tiles
   * @param tiles of the largest view
   * @param masked whether masks are learned
   * @param accumulates whether gradients of several views are added up
   * @param exposed whether exposures are learned
   */
  record Demand(
      int gaussians,
      int maxGaussians,
      Precision precision,
      int pictures,
      long residentBytes,
      long streamedBytes,
      int pixels,
      int tiles,
      boolean masked,
      boolean accumulates,
      boolean exposed) {

    static Demand of(int gaussians, TrainingLoad load) {
      int tiles = 0;
      for (Target target : load.targets()) {
        tiles = Math.max(tiles, CameraArgument.of(target.camera()).tiles());
      }
      return new Demand(
          gaussians,
          Math.max(gaussians, load.maxGaussians()),
          load.precision(),
          load.targets().size(),
          MemoryPlan.residentBytes(load.targets()),
          StreamedImages.bytes(load.targets()),
          largestPixels(load.targets()),
          tiles,
          load.masked(),
          load.accumulates(),
          load.exposed());
    }
  }

  /**
   * Bytes of pictures that stay on the device, plus the largest one before reduction, plus the
   * largest one blurred.
   */
  static long residentBytes(List<Target> targets) {
    long planes = 0;
    long largest = 0;
    for (Target target : targets) {
      planes += planeBytes(target);
      largest = Math.max(largest, target.picture().bytes());
    }
    return planes + largest + largestPlaneBytes(targets);
  }

  /** Bytes of pictures beside their originals, if the originals stay on the device for later. */
  static long besideOriginals(List<Target> targets) {
    long copies =
        targets.stream().filter(MemoryPlan::isReduced).mapToLong(MemoryPlan::planeBytes).sum();
    long largest = targets.stream().mapToLong(t -> t.picture().bytes()).max().orElse(0);
    return copies + largest + largestPlaneBytes(targets);
  }

  /** Whether a picture is trained at a smaller size than its own. */
  static boolean isReduced(Target target) {
    return target.camera().intrinsics().width() < target.picture().width()
        || target.camera().intrinsics().height() < target.picture().height();
  }

  /** Pixels of the largest view, in whole tiles; 0 if there are none. */
  static int largestPixels(List<Target> targets) {
    return targets.stream()
        .mapToInt(target -> CameraArgument.of(target.camera()).plane())
        .max()
        .orElse(0);
  }

  /** Bytes of the largest picture at the size it is trained at; 0 if there are none. */
  static long largestPlaneBytes(List<Target> targets) {
    return targets.stream().mapToLong(MemoryPlan::planeBytes).max().orElse(0);
  }

  /** Bytes of a picture at the size it is trained at. */
  static long planeBytes(Target target) {
    return (long) target.camera().intrinsics().width()
        * target.camera().intrinsics().height()
        * target.picture().planes();
  }

  /**
   * The first plan that has room for the maximum number of Gaussians. If there is none, the plan
   * that needs the least memory.
   */
  static MemoryPlan of(Demand demand, Budget budget, GpuConfig.Pictures pictures) {
    MemoryPlan plan = null;
    for (boolean streamed : new boolean[] {false, true}) {
      boolean excluded =
          pictures == (streamed ? GpuConfig.Pictures.RESIDENT : GpuConfig.Pictures.STREAMED);
      for (boolean spare : new boolean[] {true, false}) {
        if (!excluded && (plan == null || !plan.holds(demand.maxGaussians()))) {
          plan = new MemoryPlan(demand, budget, spare, streamed);
        }
      }
    }
    return plan;
  }

  /** Bytes at {@code n} Gaussians. */
  long bytes(int n) {
    return gaussianBytes(n) + viewBytes(n) + pictureBytes();
  }

  private long pictureBytes() {
    return streamed ? demand.streamedBytes() : demand.residentBytes();
  }

  private long viewBytes(int n) {
    long buffers = ViewBuffers.bytes(n, intersections(n), demand.pixels(), demand.tiles());
    return demand.exposed()
        ? buffers + PictureExposures.bytes(demand.pictures(), demand.pixels())
        : buffers;
  }

  private int intersections(int n) {
    long estimate = INTERSECTIONS_PER_GAUSSIAN * n + demand.pixels();
    return (int)
        Math.min(
            SplatConstants.INTERSECTIONS_MAX, Math.max(ForwardPass.FIRST_INTERSECTIONS, estimate));
  }

  /**
   * Bytes of parameters and moments, of the arrays that densification moves them to, of sums of
   * gradients, and of temporary memory.
   */
  private long gaussianBytes(int n) {
    long bytesPerGaussian = GaussianArrays.bytesPerGaussian(demand.precision(), demand.masked());
    long arrays =
        spare
            ? 2 * bytesPerGaussian * SpareArrays.capacity(n, demand.maxGaussians())
            : (bytesPerGaussian + GaussianArrays.largestRowBytes(demand.precision())) * n;
    long sums =
        demand.accumulates()
            ? GradientSums.BYTES_PER_GAUSSIAN * SpareArrays.capacity(n, demand.maxGaussians())
            : 0;
    return arrays + sums + SCRATCH_BYTES_PER_GAUSSIAN * n;
  }

  private boolean holds(int n) {
    return bytes(n) <= budget.bytes();
  }

  /** The largest number of Gaussians that fits, up to the maximum. */
  int fittingGaussians() {
    int low = 0;
    int high = demand.maxGaussians();
    while (low < high) {
      int middle = (int) ((low + (long) high + 1) / 2);
      if (holds(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes left for pictures beside the maximum number of Gaussians, or beside as many as fit. */
  long pictureRoom() {
    int n = fittingGaussians();
    return budget.bytes() - gaussianBytes(n) - viewBytes(n);
  }

  /** The reason why training cannot start; empty if it can. */
  Optional<String> refusal() {
    int n = demand.gaussians();
    if (holds(n)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d Gaussians and %,d pictures need %s on the GPU (Gaussians %s, a view's buffers %s, pictures %s), but only %s may be used. Raise image.reduce or %s, start from fewer points, or free the GPU",
            n,
            demand.pictures(),
            Bytes.text(bytes(n)),
            Bytes.text(gaussianBytes(n)),
            Bytes.text(viewBytes(n)),
            Bytes.text(pictureBytes()),
            Bytes.text(budget.bytes()),
            budget.key()));
  }
}
