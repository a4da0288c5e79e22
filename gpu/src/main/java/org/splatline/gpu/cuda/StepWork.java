package org.splatline.gpu.cuda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The work that each kernel of a training step must do, computed from the counts of a view. It
 * consists of bytes through device memory, with each input read once and each output written once,
 * and of float operations, where a multiply-add counts as two. Blending reads the splats of its
 * lists from the L2 cache many times; here they count once. Two things are not counted: operations
 * on integers, addresses and predicates, and work that a kernel does twice to save memory, such as
 * the overlapping strips of the loss.
 *
 * @param gaussians N
 * @param visible V
 * @param intersections M
 * @param pixels of the picture
 * @param channels of the photograph
 * @param masks planes of its mask, 0 or 1
 * @param tiles of the picture
 * @param tilePasses of the sort by tile
 * @param clearedBytes set to zero before a view
 * @param pairs of each pass of blending
 */
record StepWork(
    long gaussians,
    long visible,
    long intersections,
    long pixels,
    int channels,
    int masks,
    int tiles,
    int tilePasses,
    long clearedBytes,
    PairCounts pairs) {
  private static final long GEOMETRY = 12 * Float.BYTES;
  private static final long SH = 48 * Float.BYTES;
  private static final long SPLAT = 12 * Float.BYTES;
  private static final long PAIR = 2 * Integer.BYTES; // key and value

  /** Bytes of the 9 floats that blending reads of a splat. */
  private static final long BLENDED = 9 * Float.BYTES;

  // project: camera coordinates and the test for NaN; covariance, conic and box (180), colour from
  // 16 coefficients (50 + 96)
  private static final long PROJECT_ALL = 40;
  private static final long PROJECT_VISIBLE = 326;
  // ellipse.cuh: the ellipse of a splat with one row of tiles
  private static final long ELLIPSE = 65;
  // ellipse.cuh: reaches
  private static final long REACHES = 25;
  // blend.cu: exponent; alpha, transmittance and three colours; the same with gradients
  private static final long EXPONENT = 6;
  private static final long BLEND = 11;
  private static final long UNBLEND = 18;
  // moments.cuh: nine sums over a patch on the tensor cores
  private static final long FOLD_A_PIXEL = 18;
  // loss.cu, per value: window along x (88) and y (88), SSIM (40), its derivatives (66 + 66)
  private static final long LOSS = 348;
  // update.cu: Adam of 59 parameters by 12; gradients
  private static final long UPDATE = 59 * 12 + 560;

  /**
   * Work of one kernel in a step, for all its launches together.
   *
   * @param flops float operations
   */
  record Work(long bytes, long flops) {}

  /** The operation of a kernel: its name without the suffix of its variant. */
  static String operation(String kernel) {
    return kernel.replaceAll("_(coarse|gathering|half|masked)", "");
  }

  /** The work by {@link #operation}. */
  Map<String, Work> byKernel() {
    Map<String, Work> work = new LinkedHashMap<>();
    work.put("clear", new Work(clearedBytes, 0));
    work.put(
        "project",
        new Work(
            gaussians * GEOMETRY + visible * (SH + 2 * SPLAT + 4 * Integer.BYTES),
            gaussians * PROJECT_ALL + visible * (PROJECT_VISIBLE + ELLIPSE)));
    work.put(
        "sort_pass",
        new Work(
            2 * PAIR * (ControlLayout.DEPTH_PASSES * visible + (tilePasses - 1L) * intersections),
            0));
    work.put("sort_pass_tiles", new Work(intersections * (PAIR + Integer.BYTES) + tiles * PAIR, 0));
    work.put("place_splats", new Work(visible * 3 * Integer.BYTES, 0));
    work.put(
        "intersect_tiles",
        new Work(
            visible * (8 * Float.BYTES + 3 * Integer.BYTES) + intersections * PAIR,
            visible * ELLIPSE));
    long lists = intersections * Integer.BYTES + visible * BLENDED;
    long picture = 3 * Float.BYTES * pixels;
    work.put(
        "blend_forward",
        new Work(
            lists + picture,
            pairs.tested() * REACHES
                + pairs.evaluated() * EXPONENT
                + pairs.contributing() * BLEND));
    Work loss = new Work(2 * picture + (channels + masks) * pixels, 3 * pixels * LOSS);
    work.put(channels == 3 ? "loss_opaque" : "loss_transparent", loss);
    work.put(
        "blend_backward",
        new Work(
            lists + 2 * picture + 2 * visible * BLENDED,
            pairs.tested() * REACHES
                + pairs.evaluated() * (EXPONENT + FOLD_A_PIXEL)
                + pairs.contributing() * UNBLEND));
    work.put(
        "update_visible",
        new Work(visible * (6 * (GEOMETRY + SH) + 2 * SPLAT + Integer.BYTES), visible * UPDATE));
    return work;
  }

  /** The mean work of several views. */
  static StepWork mean(List<StepWork> views) {
    int n = views.size();
    return new StepWork(
        views.get(0).gaussians,
        views.stream().mapToLong(StepWork::visible).sum() / n,
        views.stream().mapToLong(StepWork::intersections).sum() / n,
        views.stream().mapToLong(StepWork::pixels).sum() / n,
        views.get(0).channels,
        views.get(0).masks,
        views.get(0).tiles,
        views.get(0).tilePasses,
        views.stream().mapToLong(StepWork::clearedBytes).sum() / n,
        meanPairs(views.stream().map(StepWork::pairs).toList()));
  }

  private static PairCounts meanPairs(List<PairCounts> counts) {
    int n = counts.size();
    return new PairCounts(
        counts.stream().mapToLong(PairCounts::tested).sum() / n,
        counts.stream().mapToLong(PairCounts::evaluated).sum() / n,
        counts.stream().mapToLong(PairCounts::contributing).sum() / n);
  }
}
