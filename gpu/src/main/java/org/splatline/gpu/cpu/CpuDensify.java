package org.splatline.gpu.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.FarLimits;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * Adaptive density control (Kerbl et al. 2023, section 5.2): a Gaussian with a high mean
 * screen-space gradient is cloned if it is small, and split in two if it is large. Transparent,
 * oversized and non-finite Gaussians are pruned, new ones too.
 *
 * <p>The rows of the result: Gaussians that stay; then clones; then the first halves of split
 * Gaussians; then the second halves. Each group is in the order of its originals. The moments of
 * new rows are zero, and all statistics are reset.
 */
final class CpuDensify {
  /** The halves of a split Gaussian are smaller by this factor (Kerbl et al. 2023). */
  private static final float SPLIT_SHRINK = 1.6f;

  private CpuDensify() {}

  /** The state afterwards, and what was done. */
  record Outcome(GaussianState state, DensifyResult result) {}

  static Outcome densify(GaussianState state, DensifySettings settings) {
    Gaussians g = state.parameters();
    boolean[] grows = growing(state, settings);
    int[] clones = select(g.size(), n -> grows[n] && maxScale(g, n) <= settings.cloneMaxScale());
    int[] splits = select(g.size(), n -> grows[n] && maxScale(g, n) > settings.cloneMaxScale());
    boolean[] isSplit = new boolean[g.size()];
    for (int n : splits) {
      isSplit[n] = true;
    }
    int[] kept = select(g.size(), n -> !isSplit[n]);

    int[] sources = concat(kept, clones, splits, splits);
    Gaussians grown = g.rows(sources);
    int firstHalf = kept.length + clones.length;
    for (int i = 0; i < 2 * splits.length; i++) {
      int half = i < splits.length ? 0 : 1;
      halve(grown, firstHalf + i, sources[firstHalf + i], half, settings);
    }
    int[] staying =
        select(grown.size(), n -> !isPruned(grown, n, limit(g, sources[n], settings), settings));
    int[] moments = new int[staying.length]; // rows of new Gaussians start at zero
    for (int i = 0; i < moments.length; i++) {
      moments[i] = staying[i] < kept.length ? kept[staying[i]] : -1;
    }
    GaussianState next =
        new GaussianState(
            grown.rows(staying),
            state.firstMoments().rows(moments),
            state.secondMoments().rows(moments),
            new float[staying.length],
            new float[staying.length]);
    return new Outcome(
        next, new DensifyResult(clones.length, splits.length, grown.size() - staying.length));
  }

  /** Which Gaussians grow. If room is short, those with the largest gradients come first. */
  private static boolean[] growing(GaussianState state, DensifySettings settings) {
    int n = state.size();
    boolean[] grows = new boolean[n];
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (meanGradient(state, i) >= settings.growGradient() && isFinite(state.parameters(), i)) {
        candidates.add(i);
      }
    }
    int room = Math.max(0, settings.maxGaussians() - n); // cloning and splitting both add one
    if (candidates.size() > room) {
      candidates.sort(
          Comparator.<Integer>comparingDouble(i -> -meanGradient(state, i))
              .thenComparingInt(i -> i));
      candidates = candidates.subList(0, room);
    }
    for (int i : candidates) {
      grows[i] = true;
    }
    return grows;
  }

  private static float meanGradient(GaussianState state, int n) {
    float count = state.gradientCounts()[n];
    return count > 0 ? state.gradientSums()[n] / count : 0;
  }

  private static float maxScale(Gaussians g, int n) {
    float[] s = g.logScales();
    return (float) Math.exp(Math.max(s[3 * n], Math.max(s[3 * n + 1], s[3 * n + 2])));
  }

  /**
   * Moves row {@code row} to a random place drawn from the Gaussian in row {@code source}, and
   * shrinks it.
   */
  private static void halve(Gaussians g, int row, int source, int half, DensifySettings settings) {
    float[] q = Arrays.copyOfRange(g.quats(), 4 * row, 4 * row + 4);
    double norm = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    double w = q[0] / norm;
    double x = q[1] / norm;
    double y = q[2] / norm;
    double z = q[3] / norm;
    double[] local = new double[3];
    for (int k = 0; k < 3; k++) {
      float draw = CounterRandom.normal(settings.seed(), settings.step(), source, 3 * half + k);
      local[k] = Math.exp(g.logScales()[3 * row + k]) * draw;
      g.logScales()[3 * row + k] -= (float) Math.log(SPLIT_SHRINK);
    }
    g.means()[3 * row] +=
        (float)
            ((1 - 2 * (y * y + z * z)) * local[0]
                + 2 * (x * y - w * z) * local[1]
                + 2 * (x * z + w * y) * local[2]);
    g.means()[3 * row + 1] +=
        (float)
            (2 * (x * y + w * z) * local[0]
                + (1 - 2 * (x * x + z * z)) * local[1]
                + 2 * (y * z - w * x) * local[2]);
    g.means()[3 * row + 2] +=
        (float)
            (2 * (x * z - w * y) * local[0]
                + 2 * (y * z + w * x) * local[1]
                + (1 - 2 * (x * x + y * y)) * local[2]);
  }

  /** The largest scale that stays, by where the original of a row is. */
  private static double limit(Gaussians g, int source, DensifySettings settings) {
    FarLimits far = settings.far();
    double x = g.means()[3 * source] - far.x();
    double y = g.means()[3 * source + 1] - far.y();
    double z = g.means()[3 * source + 2] - far.z();
    return settings.pruneScale() * Math.max(1, Math.sqrt(x * x + y * y + z * z) / far.extent());
  }

  private static boolean isPruned(
      Gaussians g, int n, double largestScale, DensifySettings settings) {
    float opacity = 1 / (1 + (float) Math.exp(-g.logitOpacities()[n]));
    return !(opacity >= settings.pruneOpacity())
        || maxScale(g, n) > largestScale
        || !isFinite(g, n);
  }

  private static boolean isFinite(Gaussians g, int n) {
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = g.width(family);
      float[] values = g.array(family);
      for (int i = n * width; i < (n + 1) * width; i++) {
        if (!Float.isFinite(values[i])) {
          return false;
        }
      }
    }
    return true;
  }

  private interface Rows {
    boolean takes(int n);
  }

  private static int[] select(int count, Rows rows) {
    int[] selected = new int[count];
    int size = 0;
    for (int n = 0; n < count; n++) {
      if (rows.takes(n)) {
        selected[size++] = n;
      }
    }
    return Arrays.copyOf(selected, size);
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
