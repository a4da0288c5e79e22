package org.splatline.gpu.cuda;

import java.util.Optional;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Where Gaussians' rows move to. With a spare set of arrays all move at once and the old set
 * becomes the spare one: nothing is allocated from round to round. Without, they move one array at
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

  /** Rows to make room for where {@code n} are needed: a quarter more, not beyond the cap. */
  static int capacity(int n, int maxGaussians) {
    return Math.max(n, (int) Math.min(n + n / 4L, maxGaussians));
  }

  /**
   * Moves rows.
   *
   * @param from closed or kept as the spare set: not the caller's any more
   * @param total rows there are then
   * @return the arrays the rows are in
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
