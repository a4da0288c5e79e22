package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * Parameters and moments of N Gaussians on the device, in two layouts: geometry [N, 12] (mean 3,
 * logit opacity, quaternion 4, log scales 3, and one float more) and coefficients [N, 16, 3], of
 * which a lower degree leaves the rest zero. The float more is unused in the parameters, the summed
 * gradient norms in the first and the steps seen in the second moments. There is room for {@code
 * capacity} rows.
 */
final class GaussianArrays implements AutoCloseable {
  static final int GEOMETRY_WIDTH = 12;
  static final int SH_WIDTH = 48;

  final DeviceMemory geometry;
  final DeviceMemory geometryFirst;
  final DeviceMemory geometrySecond;
  final DeviceMemory sh;
  final DeviceMemory shFirst;
  final DeviceMemory shSecond;
  private final List<DeviceMemory> all = new ArrayList<>();
  private final int capacity;

  GaussianArrays(MemoryAccount account, int capacity) {
    this.capacity = capacity;
    try {
      geometry = add(account, GEOMETRY_WIDTH);
      geometryFirst = add(account, GEOMETRY_WIDTH);
      geometrySecond = add(account, GEOMETRY_WIDTH);
      sh = add(account, SH_WIDTH);
      shFirst = add(account, SH_WIDTH);
      shSecond = add(account, SH_WIDTH);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DeviceMemory add(MemoryAccount account, int width) {
    DeviceMemory memory = DeviceMemory.floats(account, (long) capacity * width);
    all.add(memory);
    return memory;
  }

  int capacity() {
    return capacity;
  }

  static long bytesPerGaussian() {
    return 3L * (GEOMETRY_WIDTH + SH_WIDTH) * Float.BYTES;
  }

  void upload(GaussianState state) {
    geometry.upload(packGeometry(state.parameters(), null));
    geometryFirst.upload(packGeometry(state.firstMoments(), state.gradientSums()));
    geometrySecond.upload(packGeometry(state.secondMoments(), state.gradientCounts()));
    sh.upload(packSh(state.parameters()));
    shFirst.upload(packSh(state.firstMoments()));
    shSecond.upload(packSh(state.secondMoments()));
  }

  GaussianState download(int n, int shDegree) {
    float[] first = geometryFirst.downloadFloats(n * GEOMETRY_WIDTH);
    float[] second = geometrySecond.downloadFloats(n * GEOMETRY_WIDTH);
    return new GaussianState(
        downloadParameters(n, shDegree),
        unpack(first, shFirst.downloadFloats(n * SH_WIDTH), shDegree),
        unpack(second, shSecond.downloadFloats(n * SH_WIDTH), shDegree),
        lastColumn(first),
        lastColumn(second));
  }

  Gaussians downloadParameters(int n, int shDegree) {
    return unpack(
        geometry.downloadFloats(n * GEOMETRY_WIDTH), sh.downloadFloats(n * SH_WIDTH), shDegree);
  }

  private static float[] packGeometry(Gaussians g, float[] last) {
    float[] packed = new float[g.size() * GEOMETRY_WIDTH];
    for (int n = 0; n < g.size(); n++) {
      int row = n * GEOMETRY_WIDTH;
      System.arraycopy(g.means(), 3 * n, packed, row, 3);
      packed[row + 3] = g.logitOpacities()[n];
      System.arraycopy(g.quats(), 4 * n, packed, row + 4, 4);
      System.arraycopy(g.logScales(), 3 * n, packed, row + 8, 3);
      packed[row + 11] = last == null ? 0 : last[n];
    }
    return packed;
  }

  private static float[] packSh(Gaussians g) {
    int width = 3 * SphericalHarmonics.count(g.shDegree());
    if (width == SH_WIDTH) {
      return g.shCoefficients();
    }
    float[] packed = new float[g.size() * SH_WIDTH];
    for (int n = 0; n < g.size(); n++) {
      System.arraycopy(g.shCoefficients(), n * width, packed, n * SH_WIDTH, width);
    }
    return packed;
  }

  /** Gaussians from both layouts. */
  static Gaussians unpack(float[] geometry, float[] sh, int shDegree) {
    int n = geometry.length / GEOMETRY_WIDTH;
    Gaussians g = Gaussians.zeros(n, shDegree);
    int width = 3 * SphericalHarmonics.count(shDegree);
    for (int i = 0; i < n; i++) {
      int row = i * GEOMETRY_WIDTH;
      System.arraycopy(geometry, row, g.means(), 3 * i, 3);
      g.logitOpacities()[i] = geometry[row + 3];
      System.arraycopy(geometry, row + 4, g.quats(), 4 * i, 4);
      System.arraycopy(geometry, row + 8, g.logScales(), 3 * i, 3);
      System.arraycopy(sh, i * SH_WIDTH, g.shCoefficients(), i * width, width);
    }
    return g;
  }

  private static float[] lastColumn(float[] geometry) {
    float[] column = new float[geometry.length / GEOMETRY_WIDTH];
    for (int i = 0; i < column.length; i++) {
      column[i] = geometry[i * GEOMETRY_WIDTH + GEOMETRY_WIDTH - 1];
    }
    return column;
  }

  @Override
  public void close() {
    all.forEach(DeviceMemory::close);
  }
}
