package org.splatline.gpu.cuda;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.Significance;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.GeometryPointers;
import org.splatline.gpu.cuda.kernel.MaskPointers;
import org.splatline.gpu.cuda.kernel.ShPointers;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.gaussian.TrainingState.Moment;
import org.splatline.gpu.gaussian.TrainingState.Statistic;

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

  private static final List<ParameterFamily> GEOMETRY =
      List.of(
          ParameterFamily.MEANS,
          ParameterFamily.LOGIT_OPACITIES,
          ParameterFamily.QUATS,
          ParameterFamily.LOG_SCALES);

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
   * one array exists twice at a time. If there is no room for that, throws {@link
   * DeviceMemoryException}, and nothing has moved.
   */
  void moveEach(int newCapacity, DeviceStream stream, Mover mover) {
    checkRoomToMove(newCapacity);
    for (Part part : parts()) {
      DeviceMemory to = rowsToMoveTo(part, newCapacity);
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

  /** Takes what {@link #moveEach} will take at most, and gives it back. */
  private void checkRoomToMove(int newCapacity) {
    long more = Math.max(0, newCapacity - capacity) * bytesPerGaussian(precision, masked);
    new DeviceMemory(account, more + newCapacity * largestRowBytes(precision)).close();
  }

  private DeviceMemory rowsToMoveTo(Part part, int newCapacity) {
    try {
      return rows(part, newCapacity);
    } catch (DeviceMemoryException e) {
      throw new IllegalStateException(
          "Cannot move Gaussians: something else took the GPU's memory meanwhile. Run again", e);
    }
  }

  /** Bytes of all arrays together, per Gaussian. */
  static long bytesPerGaussian(Precision precision, boolean masked) {
    return Part.of(masked).stream().mapToLong(part -> part.rowBytes(precision)).sum();
  }

  /** Bytes of a row of the widest array. */
  static long largestRowBytes(Precision precision) {
    return Part.SH.rowBytes(precision);
  }

  /** Copies a state of at most {@link #capacity} rows to the device, in parts. */
  void upload(TrainingState state) {
    for (int row = 0; row < state.size(); row += TrainingState.PART) {
      int rows = Math.min(TrainingState.PART, state.size() - row);
      uploadGeometry(Part.GEOMETRY, state, Moment.VALUE, row, rows);
      uploadGeometry(Part.GEOMETRY_FIRST, state, Moment.FIRST, row, rows);
      uploadGeometry(Part.GEOMETRY_SECOND, state, Moment.SECOND, row, rows);
      uploadSh(Part.SH, state, Moment.VALUE, row, rows);
      uploadSh(Part.SH_FIRST, state, Moment.FIRST, row, rows);
      uploadSh(Part.SH_SECOND, state, Moment.SECOND, row, rows);
      if (masked) {
        uploadMasks(Part.MASKS, state, Moment.VALUE, row, rows);
        uploadMasks(Part.MASKS_FIRST, state, Moment.FIRST, row, rows);
        uploadMasks(Part.MASKS_SECOND, state, Moment.SECOND, row, rows);
      }
    }
  }

  /** Where a family begins in a row of geometry. */
  static int geometryColumn(ParameterFamily family) {
    return switch (family) {
      case MEANS -> 0;
      case LOGIT_OPACITIES -> 3;
      case QUATS -> 4;
      case LOG_SCALES -> 8;
      case SH_COEFFICIENTS, MASK_LOGITS ->
          throw new IllegalArgumentException(family + " is not part of geometry");
    };
  }

  private void uploadGeometry(Part part, TrainingState state, Moment moment, int row, int rows) {
    float[] packed = new float[rows * GEOMETRY_WIDTH];
    for (ParameterFamily family : GEOMETRY) {
      float[] values = new float[rows * state.width(family)];
      state.read(moment, family, row, rows, values);
      spread(values, state.width(family), packed, geometryColumn(family), GEOMETRY_WIDTH);
    }
    if (moment != Moment.VALUE) {
      float[] last = new float[rows];
      state.read(
          moment == Moment.FIRST ? Statistic.GRADIENT_SUMS : Statistic.GRADIENT_COUNTS,
          row,
          rows,
          last);
      spread(last, 1, packed, GEOMETRY_WIDTH - 1, GEOMETRY_WIDTH);
    }
    get(part).upload((long) row * rowBytes(part), packed);
  }

  /** Writes rows of {@code width} into rows of {@code pitch}, from {@code column} on. */
  private static void spread(float[] rows, int width, float[] into, int column, int pitch) {
    for (int n = 0; n < rows.length / width; n++) {
      System.arraycopy(rows, n * width, into, n * pitch + column, width);
    }
  }

  private void uploadSh(Part part, TrainingState state, Moment moment, int row, int rows) {
    int width = state.width(ParameterFamily.SH_COEFFICIENTS);
    float[] values = new float[rows * width];
    state.read(moment, ParameterFamily.SH_COEFFICIENTS, row, rows, values);
    float[] packed = values;
    if (width < SH_WIDTH) {
      packed = new float[rows * SH_WIDTH];
      spread(values, width, packed, 0, SH_WIDTH);
    }
    long offset = (long) row * rowBytes(part);
    if (precision == Precision.MIXED) {
      get(part).upload(offset, Coefficients.toHalves(packed, kind(part)));
    } else {
      get(part).upload(offset, packed);
    }
  }

  private void uploadMasks(Part part, TrainingState state, Moment moment, int row, int rows) {
    float[] values = new float[rows * LearnedMasks.WIDTH];
    state.read(moment, ParameterFamily.MASK_LOGITS, row, rows, values);
    get(part).upload((long) row * rowBytes(part), values);
  }

  private static Coefficients.Kind kind(Part part) {
    return switch (part) {
      case SH_FIRST -> Coefficients.Kind.FIRST_MOMENT;
      case SH_SECOND -> Coefficients.Kind.SECOND_MOMENT;
      default -> Coefficients.Kind.VALUE;
    };
  }

  /** Downloads rows of a part as floats. */
  float[] download(Part part, int row, int rows) {
    long offset = (long) row * rowBytes(part);
    return switch (part) {
      case SH, SH_FIRST, SH_SECOND ->
          precision == Precision.MIXED
              ? Coefficients.toFloats(get(part).downloadShorts(offset, rows * SH_WIDTH), kind(part))
              : get(part).downloadFloats(offset, rows * SH_WIDTH);
      case GEOMETRY, GEOMETRY_FIRST, GEOMETRY_SECOND ->
          get(part).downloadFloats(offset, rows * GEOMETRY_WIDTH);
      case MASKS, MASKS_FIRST, MASKS_SECOND, MASKS_GRADIENT ->
          get(part).downloadFloats(offset, rows * LearnedMasks.WIDTH);
    };
  }

  /** See {@link Significance#weigh}. */
  void weigh(double[] shown, double exponent) {
    float[] geometry = get(Part.GEOMETRY).downloadFloats(shown.length * GEOMETRY_WIDTH);
    Significance.weigh(shown, geometry, GEOMETRY_WIDTH, 8, exponent);
  }

  /** Downloads [n, 4] of a part of the masks; empty if no masks are learned. */
  float[] downloadMasks(Part part, int n) {
    return masked ? get(part).downloadFloats(n * LearnedMasks.WIDTH) : new float[0];
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

  @Override
  public void close() {
    parts.values().forEach(DeviceMemory::close);
  }
}
