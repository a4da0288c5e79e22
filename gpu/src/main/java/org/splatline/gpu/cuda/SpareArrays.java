package org.splatline.gpu.cuda;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Moves rows of Gaussians to other arrays. With a spare set, all arrays move at once and the old
 * set becomes the spare one, so rounds need no new memory. Without a spare set, one array moves at
 * a time.
 */
final class SpareArrays implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareArrays.class);

  private final DeviceStream stream;
  private boolean keeps;
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
   * Moves rows. If there is no room for a spare set, there is none from then on. If there is no
   * room even without it, throws {@link DeviceMemoryException}, and nothing has moved.
   *
   * @param from closed, or kept as the spare set; the caller no longer owns it
   * @param total number of rows afterwards
   * @return the arrays that hold the rows
   */
  GaussianArrays move(
      GaussianArrays from, int total, int maxGaussians, GaussianArrays.Mover mover) {
    Optional<GaussianArrays> taken = keeps ? take(from, total, maxGaussians) : Optional.empty();
    if (taken.isEmpty()) {
      keeps = false;
      from.moveEach(total, stream, mover);
      return from;
    }
    GaussianArrays to = taken.get();
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

  /** The spare set with room for {@code total} rows; empty if the device has no memory for it. */
  private Optional<GaussianArrays> take(GaussianArrays from, int total, int maxGaussians) {
    Optional<GaussianArrays> held = spare;
    spare = Optional.empty();
    if (held.isPresent() && held.get().capacity() >= total) {
      return held;
    }
    held.ifPresent(GaussianArrays::close);
    try {
      return Optional.of(
          from.ofCapacity(
              total <= from.capacity() ? from.capacity() : capacity(total, maxGaussians)));
    } catch (DeviceMemoryException e) {
      LOG.info("Gaussians are moved one array at a time from now on: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    spare.ifPresent(GaussianArrays::close);
    spare = Optional.empty();
  }
}
