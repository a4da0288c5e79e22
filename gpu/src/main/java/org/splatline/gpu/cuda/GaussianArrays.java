package org.splatline.gpu.cuda;

import java.util.EnumMap;
import java.util.Map;
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

  /** Bytes of a row of the widest array. */
  static final long LARGEST_ROW_BYTES = SH_WIDTH * Float.BYTES;

  /** One of the arrays. */
  enum Part {
    GEOMETRY(GEOMETRY_WIDTH),
    GEOMETRY_FIRST(GEOMETRY_WIDTH),
    GEOMETRY_SECOND(GEOMETRY_WIDTH),
    SH(SH_WIDTH),
    SH_FIRST(SH_WIDTH),
    SH_SECOND(SH_WIDTH);

    private final int width;

    Part(int width) {
      this.width = width;
    }

    /** Floats a row. */
    int width() {
      return width;
    }
  }

  private final MemoryAccount account;
  private final Map<Part, DeviceMemory> parts = new EnumMap<>(Part.class);
  private int capacity;

  GaussianArrays(MemoryAccount account, int capacity) {
    this.account = account;
    this.capacity = capacity;
    try {
      for (Part part : Part.values()) {
        parts.put(part, rows(part, capacity));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DeviceMemory rows(Part part, int count) {
    return DeviceMemory.floats(account, (long) count * part.width());
  }

  int capacity() {
    return capacity;
  }

  DeviceMemory get(Part part) {
    return parts.get(part);
  }

  long address(Part part) {
    return get(part).address();
  }

  /** Launches what fills one array's new rows from its old ones. */
  interface Mover {
    void move(Part part, DeviceMemory from, DeviceMemory to);
  }

  /**
   * Moves each array into a new one of {@code newCapacity} rows, one after the other, so that only
   * one is there twice.
   */
  void moveEach(int newCapacity, DeviceStream stream, Mover mover) {
    for (Part part : Part.values()) {
      DeviceMemory to = rows(part, newCapacity);
      try {
        mover.move(part, get(part), to);
        stream.synchronize();
      } catch (RuntimeException e) {
        to.close();
        throw e;
      }
      parts.put(part, to).close();
    }
    capacity = newCapacity;
  }

  static long bytesPerGaussian() {
    return 3L * (GEOMETRY_WIDTH + SH_WIDTH) * Float.BYTES;
  }

  void upload(GaussianState state) {
    get(Part.GEOMETRY).upload(packGeometry(state.parameters(), null));
    get(Part.GEOMETRY_FIRST).upload(packGeometry(state.firstMoments(), state.gradientSums()));
    get(Part.GEOMETRY_SECOND).upload(packGeometry(state.secondMoments(), state.gradientCounts()));
    get(Part.SH).upload(packSh(state.parameters()));
    get(Part.SH_FIRST).upload(packSh(state.firstMoments()));
    get(Part.SH_SECOND).upload(packSh(state.secondMoments()));
  }

  GaussianState download(int n, int shDegree) {
    float[] first = get(Part.GEOMETRY_FIRST).downloadFloats(n * GEOMETRY_WIDTH);
    float[] second = get(Part.GEOMETRY_SECOND).downloadFloats(n * GEOMETRY_WIDTH);
    return new GaussianState(
        downloadParameters(n, shDegree),
        unpack(first, get(Part.SH_FIRST).downloadFloats(n * SH_WIDTH), shDegree),
        unpack(second, get(Part.SH_SECOND).downloadFloats(n * SH_WIDTH), shDegree),
        lastColumn(first),
        lastColumn(second));
  }

  Gaussians downloadParameters(int n, int shDegree) {
    return unpack(
        get(Part.GEOMETRY).downloadFloats(n * GEOMETRY_WIDTH),
        get(Part.SH).downloadFloats(n * SH_WIDTH),
        shDegree);
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
    parts.values().forEach(DeviceMemory::close);
  }
}
