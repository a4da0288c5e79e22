package org.splatline.gpu.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.DensifySettings.Split;
import org.splatline.gpu.backend.ErrorRace;
import org.splatline.gpu.backend.FarLimits;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * Adaptive density control (Kerbl et al. 2023, section 5.2): Gaussians that grow are cloned if they
 * are small, and split in two if they are large, or all of them are split. Transparent, oversized
 * and non-finite Gaussians are pruned, new ones too.
 *
 * <p>The rows of the result: Gaussians that stay; then clones; then the first halves of split
 * Gaussians; then the second halves. Each group is in the order of its originals. The moments of
 * new rows are zero, and all statistics are reset.
 */
final class CpuDensify {
  /** The halves of a Gaussian split at random are smaller by this factor (Kerbl et al. 2023). */
  private static final float SPLIT_SHRINK = 1.6f;

  /** The key of a Gaussian that may not grow. Keys of others are not negative. */
  private static final float NO_KEY = -1;

  private final GaussianState state;
  private final Gaussians from;
  private final DensifySettings settings;
  private final double[] errors;

  /** The state afterwards, and what was done. */
  record Outcome(GaussianState state, DensifyResult result) {}

  private CpuDensify(GaussianState state, DensifySettings settings, double[] errors) {
    this.state = state;
    this.from = state.parameters();
    this.settings = settings;
    this.errors = errors;
  }

  /**
   * One round.
   *
   * @param errors [N] scores, if the settings measure errors
   */
  static Outcome densify(GaussianState state, DensifySettings settings, double[] errors) {
    return new CpuDensify(state, settings, errors).densify();
  }

  private Outcome densify() {
    int n = from.size();
    boolean[] grows = growing();
    boolean[] splits = new boolean[n];
    for (int i = 0; i < n; i++) {
      splits[i] = grows[i] && !clones(i);
    }
    int[] kept = select(n, i -> !splits[i]);
    int[] cloned = select(n, i -> grows[i] && !splits[i]);
    int[] split = select(n, i -> splits[i]);

    int[] sources = concat(kept, cloned, split, split);
    Gaussians grown = from.rows(sources);
    for (int row = 0; row < sources.length; row++) {
      grown.logitOpacities()[row] = fadedLogit(sources[row]);
    }
    int firstHalf = kept.length + cloned.length;
    for (int i = 0; i < 2 * split.length; i++) {
      int half = i < split.length ? 0 : 1;
      switch (settings.split().kind()) {
        case RANDOM -> halve(grown, firstHalf + i, sources[firstHalf + i], half);
        case LONG_AXIS -> splitAlongLongestAxis(grown, firstHalf + i, half);
      }
    }
    int[] staying = select(grown.size(), row -> !isPruned(grown, row, sources[row]));
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
        next, new DensifyResult(cloned.length, split.length, grown.size() - staying.length));
  }

  private boolean clones(int n) {
    return settings.split().kind() == Split.Kind.RANDOM
        && maxScale(from, n) <= settings.split().cloneMaxScale();
  }

  /** Which Gaussians grow. If room is short, those with the largest keys come first. */
  private boolean[] growing() {
    int n = from.size();
    float[] keys = new float[n];
    List<Integer> candidates = new ArrayList<>();
    int surviving = 0;
    for (int i = 0; i < n; i++) {
      boolean survives = !isPruned(from, i, i);
      surviving += survives ? 1 : 0;
      keys[i] = survives || (!settings.prunesFirst() && isFinite(from, i)) ? key(i) : NO_KEY;
      if (keys[i] >= 0) {
        candidates.add(i);
      }
    }
    int room = settings.room(n, surviving);
    if (candidates.size() > room) {
      candidates.sort(Comparator.<Integer>comparingDouble(i -> -keys[i]).thenComparingInt(i -> i));
      candidates = candidates.subList(0, room);
    }
    boolean[] grows = new boolean[n];
    for (int i : candidates) {
      grows[i] = true;
    }
    return grows;
  }

  /** What decides who comes first: the mean gradient, or a random number by the error. */
  private float key(int n) {
    float gradient = meanGradient(n);
    if (!(gradient >= settings.growth().gradient())) {
      return NO_KEY;
    }
    if (settings.growth().errors().isNone()) {
      return gradient;
    }
    return errors[n] > 0 ? ErrorRace.key(errors[n], settings.seed(), settings.step(), n) : NO_KEY;
  }

  private float meanGradient(int n) {
    float count = state.gradientCounts()[n];
    return count > 0 ? state.gradientSums()[n] / count : 0;
  }

  private static float maxScale(Gaussians g, int n) {
    float[] s = g.logScales();
    return (float) Math.exp(Math.max(s[3 * n], Math.max(s[3 * n + 1], s[3 * n + 2])));
  }

  /** A Gaussian's opacity after fading. */
  private float fadedOpacity(int n) {
    float opacity = 1 / (1 + (float) Math.exp(-from.logitOpacities()[n]));
    return Math.min(opacity * settings.fading().decay(), settings.fading().limit());
  }

  /** The logit of {@link #fadedOpacity}; the one before, with all its bits, if nothing fades. */
  private float fadedLogit(int n) {
    float logit = from.logitOpacities()[n];
    float opacity = 1 / (1 + (float) Math.exp(-logit));
    return settings.fading().decay() == 1 && opacity <= settings.fading().limit()
        ? logit
        : logit(fadedOpacity(n));
  }

  private static float logit(float opacity) {
    return (float) Math.log(opacity / (1 - opacity));
  }

  /** Rotation matrix of a row's quaternion, row-major. */
  private static double[] rotation(Gaussians g, int row) {
    float[] q = Arrays.copyOfRange(g.quats(), 4 * row, 4 * row + 4);
    double norm = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    double w = q[0] / norm;
    double x = q[1] / norm;
    double y = q[2] / norm;
    double z = q[3] / norm;
    return new double[] {
      1 - 2 * (y * y + z * z),
      2 * (x * y - w * z),
      2 * (x * z + w * y),
      2 * (x * y + w * z),
      1 - 2 * (x * x + z * z),
      2 * (y * z - w * x),
      2 * (x * z - w * y),
      2 * (y * z + w * x),
      1 - 2 * (x * x + y * y)
    };
  }

  /** Moves a mean by {@code local}, [3], in the Gaussian's own axes. */
  private static void move(Gaussians g, int row, double[] local) {
    double[] r = rotation(g, row);
    for (int i = 0; i < 3; i++) {
      g.means()[3 * row + i] +=
          (float) (r[3 * i] * local[0] + r[3 * i + 1] * local[1] + r[3 * i + 2] * local[2]);
    }
  }

  /**
   * Moves row {@code row} to a random place drawn from the Gaussian in row {@code source}, and
   * shrinks it.
   */
  private void halve(Gaussians g, int row, int source, int half) {
    double[] local = new double[3];
    for (int k = 0; k < 3; k++) {
      float draw = CounterRandom.normal(settings.seed(), settings.step(), source, 3 * half + k);
      local[k] = Math.exp(g.logScales()[3 * row + k]) * draw;
      g.logScales()[3 * row + k] -= (float) Math.log(SPLIT_SHRINK);
    }
    move(g, row, local);
  }

  /**
   * Moves row {@code row} along its longest axis, forth or back, and makes it smaller and fainter.
   */
  private static void splitAlongLongestAxis(Gaussians g, int row, int half) {
    float[] s = g.logScales();
    int axis = 0;
    for (int k = 1; k < 3; k++) {
      axis = s[3 * row + k] > s[3 * row + axis] ? k : axis;
    }
    double[] local = new double[3];
    local[axis] = (half == 0 ? 1 : -1) * Split.OFFSET * Math.exp(s[3 * row + axis]);
    for (int k = 0; k < 3; k++) {
      s[3 * row + k] += (float) Math.log(k == axis ? Split.LONG_SHRINK : Split.SIDE_SHRINK);
    }
    move(g, row, local);
    float opacity = 1 / (1 + (float) Math.exp(-g.logitOpacities()[row]));
    g.logitOpacities()[row] = logit((float) Split.FADE * opacity);
  }

  /**
   * Whether a row is pruned. Opacity is that of the Gaussian it comes from: halves that are fainter
   * have until the next round.
   */
  private boolean isPruned(Gaussians g, int row, int source) {
    return !(fadedOpacity(source) >= settings.pruneOpacity())
        || maxScale(g, row) > scaleLimit(source)
        || !isFinite(g, row);
  }

  /** The largest scale that stays, by where a Gaussian is. */
  private double scaleLimit(int n) {
    FarLimits far = settings.far();
    double x = from.means()[3 * n] - far.x();
    double y = from.means()[3 * n + 1] - far.y();
    double z = from.means()[3 * n + 2] - far.z();
    return settings.pruneScale() * Math.max(1, Math.sqrt(x * x + y * y + z * z) / far.extent());
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
