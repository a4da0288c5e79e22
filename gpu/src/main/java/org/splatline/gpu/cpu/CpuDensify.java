package org.splatline.gpu.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * Adaptive density control (Kerbl et al. 2023, section 5.2): a Gaussian whose mean screen-space
 * gradient is high is cloned when small and split in two when large; transparent, oversized and
 * non-finite ones are pruned, the new ones too.
 *
 * <p>The result's rows: what stays, in order; then clones; then the first, then the second halves
 * of splits, each in order of their originals. New rows have no moments; all statistics start anew.
 */
final class CpuDensify {
  /** Kerbl et al. 2023: a split Gaussian's halves are this much smaller. */
  private static final float SPLIT_SHRINK = 1.6f;

  private CpuDensify() {}

  /** What becomes of the state; {@code state} itself may have been changed. */
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
    int[] staying = select(grown.size(), n -> !isPruned(grown, n, settings));
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

  /** Which Gaussians grow: by gradient, the steepest first where room is short. */
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

  /** Moves row {@code row} to a place drawn from its original {@code source} and shrinks it. */
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

  private static boolean isPruned(Gaussians g, int n, DensifySettings settings) {
    float opacity = 1 / (1 + (float) Math.exp(-g.logitOpacities()[n]));
    return !(opacity >= settings.pruneOpacity())
        || maxScale(g, n) > settings.pruneScale()
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
