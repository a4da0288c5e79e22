package org.splatline.gpu.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.cuda.kernel.CameraArgument;

/**
 * Where a training's device memory goes: Gaussians, a view's buffers, pictures. Growth to the cap
 * comes first, then the spare set of arrays that lets densification move all at once, then pictures
 * that stay on the device. Arithmetic alone; it asks no device.
 *
 * @param demand what is asked for
 * @param budget what may be used
 * @param spare whether a spare set of arrays is kept, else rows move one array at a time
 * @param streamed whether pictures come to the device one by one
 */
record MemoryPlan(Demand demand, Budget budget, boolean spare, boolean streamed) {
  /** Seen: 8 on fox at 1061x1893, 1.2 on a million Gaussians at 980x545. */
  private static final long INTERSECTIONS_A_GAUSSIAN = 8;

  /** While they are decided on and moved: fates and places, or keys and rows of the Morton sort. */
  private static final long SCRATCH_BYTES_A_GAUSSIAN = 24;

  /** Left of a limit for what isn't counted: counters, sums, the ends of blocks. */
  private static final long UNCOUNTED_BYTES = 1 << 20;

  /**
   * What may be used.
   *
   * @param key that decides it
   */
  record Budget(long bytes, String key) {

    /**
     * The limit, or a share where that is less: of what is free, or where trainers share the
     * device, of all its memory in equal parts, since what is free depends on how far the others
     * have come.
     *
     * @param free bytes now
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
   * What a training asks for.
   *
   * @param gaussians at its start
   * @param maxGaussians at least those
   * @param precision of coefficients and moments
   * @param pictures how many
   * @param residentBytes of all pictures on the device, and what it takes to bring them there
   * @param streamedBytes of the few on the device at a time
   * @param pixels of the largest view, whole tiles
   * @param tiles of the largest view
   * @param masked whether masks are learned
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
      boolean masked) {

    static Demand of(int gaussians, TrainingLoad load) {
      int pixels = 0;
      int tiles = 0;
      for (Target target : load.targets()) {
        CameraArgument camera = CameraArgument.of(target.camera());
        pixels = Math.max(pixels, camera.plane());
        tiles = Math.max(tiles, camera.tiles());
      }
      return new Demand(
          gaussians,
          Math.max(gaussians, load.maxGaussians()),
          load.precision(),
          load.targets().size(),
          MemoryPlan.residentBytes(load.targets()),
          StreamedImages.bytes(load.targets()),
          pixels,
          tiles,
          load.masked());
    }
  }

  /**
   * Bytes that pictures take which stay on the device, the largest on its way there, and the
   * largest blurred.
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

  /** Bytes of the largest picture at the size it is trained at; 0 without pictures. */
  static long largestPlaneBytes(List<Target> targets) {
    return targets.stream().mapToLong(MemoryPlan::planeBytes).max().orElse(0);
  }

  /** Bytes of a picture at the size it is trained at. */
  static long planeBytes(Target target) {
    return (long) target.camera().intrinsics().width()
        * target.camera().intrinsics().height()
        * target.picture().planes();
  }

  /** The first way of placing things that holds the cap; where none does, the most frugal. */
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
    long intersections = Math.max(ViewPipeline.FIRST_INTERSECTIONS, INTERSECTIONS_A_GAUSSIAN * n);
    return ViewBuffers.bytes(
        n, (int) Math.min(Integer.MAX_VALUE / 2, intersections), demand.pixels(), demand.tiles());
  }

  /** Parameters and moments, where densification moves them to, and what it decides by. */
  private long gaussianBytes(int n) {
    long bytesPerGaussian = GaussianArrays.bytesPerGaussian(demand.precision(), demand.masked());
    long arrays =
        spare
            ? 2 * bytesPerGaussian * SpareArrays.capacity(n, demand.maxGaussians())
            : (bytesPerGaussian + GaussianArrays.largestRowBytes(demand.precision())) * n;
    return arrays + SCRATCH_BYTES_A_GAUSSIAN * n;
  }

  private boolean holds(int n) {
    return bytes(n) <= budget.bytes();
  }

  /** The most Gaussians that fit, at most the cap. */
  int fittingGaussians() {
    int low = 0;
    int high = demand.maxGaussians();
    while (low < high) {
      int middle = low + (high - low + 1) / 2;
      if (holds(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes that pictures may take beside the Gaussians at the cap, or as many as fit. */
  long pictureRoom() {
    int n = fittingGaussians();
    return budget.bytes() - gaussianBytes(n) - viewBytes(n);
  }

  /** Why training can't start, where it can't. */
  Optional<String> refusal() {
    int n = demand.gaussians();
    if (holds(n)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d Gaussians and %,d pictures need %s on the GPU (Gaussians %s, a view's buffers %s,"
                + " pictures %s), %s may be used. Raise image.reduce or %s, start from fewer"
                + " points, or free the GPU",
            n,
            demand.pictures(),
            Bytes.text(bytes(n)),
            Bytes.text(gaussianBytes(n)),
            Bytes.text(viewBytes(n)),
            Bytes.text(pictureBytes()),
            Bytes.text(budget.bytes()),
            budget.key()));
  }

  /** What to know before training grows, where the cap doesn't fit. */
  Optional<String> warning() {
    int cap = demand.maxGaussians();
    if (holds(cap)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "about %,d Gaussians fit on the GPU: densify.max-gaussians %,d would need %s, %s may be"
                + " used. Lower it or raise image.reduce should training stop for memory",
            fittingGaussians(),
            cap,
            Bytes.text(bytes(cap)),
            Bytes.text(budget.bytes())));
  }
}
