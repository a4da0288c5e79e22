package org.splatline.gpu.cuda;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.Significance;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.GeometryPointers;
import org.splatline.gpu.cuda.kernel.MaskPointers;
import org.splatline.gpu.cuda.kernel.ShPointers;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * Parameters and moments of N Gaussians on the device, in two layouts. Geometry is [N, 12]: mean 3,
 * logit opacity, quaternion 4, log scales 3, and one more float. Coefficients are [N, 16, 3], in 16
 * bits if precision is mixed; coefficients above the model's degree are zero. The last float of
 * geometry is unused in the parameters. In the first moments it is the sum of gradient norms, and
 * in the second moments the number of steps that saw the Gaussian. If masks are learned, there are
 * also their logits [N, 4], moments and gradients. All arrays have room for {@code capacity} rows.
 */
final class GaussianArrays implements AutoCloseable {
  static final int GEOMETRY_WIDTH = 12;
  static final int SH_WIDTH = 48;

  /** One of the arrays. */
  enum Part {
    GEOMETRY,
    GEOMETRY_FIRST,
    GEOMETRY_SECOND,
    SH,
    SH_FIRST,
    SH_SECOND,
    MASKS,
    MASKS_FIRST,
    MASKS_SECOND,
    /** Gradients of one step: written before they are read. */
    MASKS_GRADIENT;

    private static final List<Part> UNMASKED =
        List.of(GEOMETRY, GEOMETRY_FIRST, GEOMETRY_SECOND, SH, SH_FIRST, SH_SECOND);
    private static final List<Part> ALL = List.of(values());

    static List<Part> of(boolean masked) {
      return masked ? ALL : UNMASKED;
    }

    /** Bytes per row. */
    int rowBytes(Precision precision) {
      return switch (this) {
        case GEOMETRY, GEOMETRY_FIRST, GEOMETRY_SECOND -> GEOMETRY_WIDTH * Float.BYTES;
        case SH, SH_FIRST, SH_SECOND ->
            SH_WIDTH * (precision == Precision.MIXED ? Short.BYTES : Float.BYTES);
        case MASKS, MASKS_FIRST, MASKS_SECOND, MASKS_GRADIENT -> LearnedMasks.WIDTH * Float.BYTES;
      };
    }
  }

  private final MemoryAccount account;
  private final Map<Part, DeviceMemory> parts = new EnumMap<>(Part.class);
  private final Precision precision;
  private final boolean masked;
  private int capacity;

  GaussianArrays(MemoryAccount account, int capacity, Precision precision, boolean masked) {
    this.account = account;
    this.capacity = capacity;
    this.precision = precision;
    this.masked = masked;
    try {
      for (Part part : parts()) {
        parts.put(part, rows(part, capacity));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DeviceMemory rows(Part part, int count) {
    return part == Part.MASKS_GRADIENT // moved with the others, even before the first step
        ? DeviceMemory.zeroFloats(account, (long) count * LearnedMasks.WIDTH)
        : new DeviceMemory(account, (long) count * rowBytes(part));
  }

  /** Empty arrays of the same kind. */
  GaussianArrays ofCapacity(int newCapacity) {
    return new GaussianArrays(account, newCapacity, precision, masked);
  }

  /** Whether masks are learned. */
  boolean masked() {
    return masked;
  }

  /** The arrays that exist. */
  List<Part> parts() {
    return Part.of(masked);
  }

  int rowBytes(Part part) {
    return part.rowBytes(precision);
  }

  int capacity() {
    return capacity;
  }

  DeviceMemory get(Part part) {
    return parts.get(part);
  }

  GeometryPointers geometry() {
    return new GeometryPointers(
        get(Part.GEOMETRY), get(Part.GEOMETRY_FIRST), get(Part.GEOMETRY_SECOND));
  }

  ShPointers sh() {
    return new ShPointers(get(Part.SH), get(Part.SH_FIRST), get(Part.SH_SECOND));
  }

  /** Pointers to the masks, if masks are learned. */
  MaskPointers masks() {
    return new MaskPointers(
        get(Part.MASKS), get(Part.MASKS_FIRST), get(Part.MASKS_SECOND), get(Part.MASKS_GRADIENT));
  }

  /** Launches the kernel that fills one array's new rows from its old ones. */
  interface Mover {
    void move(Part part, DeviceMemory from, DeviceMemory to);
  }

  /**
   * Moves each array into a new one of {@code newCapacity} rows, one after the other, so that only
   * one array exists twice at a time.
   */
  void moveEach(int newCapacity, DeviceStream stream, Mover mover) {
    for (Part part : parts()) {
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

  /** Bytes of all arrays together, per Gaussian. */
  static long bytesPerGaussian(Precision precision, boolean masked) {
    return Part.of(masked).stream().mapToLong(part -> part.rowBytes(precision)).sum();
  }

  /** Bytes of a row of the widest array. */
  static long largestRowBytes(Precision precision) {
    return Part.SH.rowBytes(precision);
  }

  void upload(GaussianState state) {
    get(Part.GEOMETRY).upload(packGeometry(state.parameters(), null));
    get(Part.GEOMETRY_FIRST).upload(packGeometry(state.firstMoments(), state.gradientSums()));
    get(Part.GEOMETRY_SECOND).upload(packGeometry(state.secondMoments(), state.gradientCounts()));
    uploadSh(Part.SH, state.parameters());
    uploadSh(Part.SH_FIRST, state.firstMoments());
    uploadSh(Part.SH_SECOND, state.secondMoments());
    if (masked) {
      get(Part.MASKS).upload(state.parameters().maskLogits());
      get(Part.MASKS_FIRST).upload(state.firstMoments().maskLogits());
      get(Part.MASKS_SECOND).upload(state.secondMoments().maskLogits());
    }
  }

  private static Coefficients.Kind kind(Part part) {
    return switch (part) {
      case SH_FIRST -> Coefficients.Kind.FIRST_MOMENT;
      case SH_SECOND -> Coefficients.Kind.SECOND_MOMENT;
      default -> Coefficients.Kind.VALUE;
    };
  }

  private void uploadSh(Part part, Gaussians from) {
    float[] packed = packSh(from);
    if (precision == Precision.MIXED) {
      get(part).upload(Coefficients.toHalves(packed, kind(part)));
    } else {
      get(part).upload(packed);
    }
  }

  private float[] downloadSh(Part part, int n) {
    return precision == Precision.MIXED
        ? Coefficients.toFloats(get(part).downloadShorts(n * SH_WIDTH), kind(part))
        : get(part).downloadFloats(n * SH_WIDTH);
  }

  GaussianState download(int n, int shDegree) {
    float[] first = get(Part.GEOMETRY_FIRST).downloadFloats(n * GEOMETRY_WIDTH);
    float[] second = get(Part.GEOMETRY_SECOND).downloadFloats(n * GEOMETRY_WIDTH);
    return new GaussianState(
        downloadParameters(n, shDegree),
        unpack(first, downloadSh(Part.SH_FIRST, n), shDegree)
            .withMasks(downloadMasks(Part.MASKS_FIRST, n)),
        unpack(second, downloadSh(Part.SH_SECOND, n), shDegree)
            .withMasks(downloadMasks(Part.MASKS_SECOND, n)),
        lastColumn(first),
        lastColumn(second));
  }

  /** See {@link Significance#weigh}. */
  void weigh(double[] shown, double exponent) {
    float[] geometry = get(Part.GEOMETRY).downloadFloats(shown.length * GEOMETRY_WIDTH);
    Significance.weigh(shown, geometry, GEOMETRY_WIDTH, 8, exponent);
  }

  Gaussians downloadParameters(int n, int shDegree) {
    return unpack(
            get(Part.GEOMETRY).downloadFloats(n * GEOMETRY_WIDTH), downloadSh(Part.SH, n), shDegree)
        .withMasks(downloadMasks(Part.MASKS, n));
  }

  /** Downloads [n, 4] of a part of the masks; empty if no masks are learned. */
  float[] downloadMasks(Part part, int n) {
    return masked ? get(part).downloadFloats(n * LearnedMasks.WIDTH) : new float[0];
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

  /** Gaussians from both layouts, without masks. */
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
