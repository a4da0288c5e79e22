package org.splatline.gpu.cuda;

import java.util.Optional;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Moves rows of Gaussians to other arrays. With a spare set, all arrays move at once and the old
 * set becomes the spare one, so rounds need no new memory. Without a spare set, one array moves at
 * a time.
 */
final class SpareArrays implements AutoCloseable {
  private final DeviceStream stream;
  private final boolean keeps;
  private Optional<GaussianArrays> spare = Optional.empty();

  SpareArrays(DeviceStream stream, boolean keeps) {
    this.stream = stream;
    this.keeps = keeps;
  }

  /** Rows to allocate if {@code n} are needed: a quarter more, but at most {@code maxGaussians}. */
  static int capacity(int n, int maxGaussians) {
    return Math.max(n, (int) Math.min(n + n / 4L, maxGaussians));
  }

  /**
   * Moves rows.
   *
   * @param from closed, or kept as the spare set; the caller no longer owns it
   * @param total number of rows afterwards
   * @return the arrays that hold the rows
   */
  GaussianArrays move(
      GaussianArrays from, int total, int maxGaussians, GaussianArrays.Mover mover) {
    if (!keeps) {
      from.moveEach(total, stream, mover);
      return from;
    }
    GaussianArrays to = take(from, total, maxGaussians);
    try {
      for (GaussianArrays.Part part : from.parts()) {
        mover.move(part, from.get(part), to.get(part));
      }
      stream.synchronize();
    } catch (RuntimeException e) {
      to.close();
      throw e;
    }
    spare = Optional.of(from);
    return to;
  }

  private GaussianArrays take(GaussianArrays from, int total, int maxGaussians) {
    Optional<GaussianArrays> held = spare;
    spare = Optional.empty();
    if (held.isPresent() && held.get().capacity() >= total) {
      return held.get();
    }
    held.ifPresent(GaussianArrays::close);
    return from.ofCapacity(
        total <= from.capacity() ? from.capacity() : capacity(total, maxGaussians));
  }

  @Override
  public void close() {
    spare.ifPresent(GaussianArrays::close);
    spare = Optional.empty();
  }
}
