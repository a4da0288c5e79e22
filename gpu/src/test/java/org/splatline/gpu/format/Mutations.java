package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.verdict.SceneException;

/**
 * Good files with some bytes flipped, overwritten, cut, removed or doubled are read or refused with
 * a {@link SceneException}, within bounded memory. What is read is finite. {@code
 * -Dsplatline.fuzz.seed=7 -Dsplatline.fuzz.cases=100000} tests other cases and more of them.
 */
final class Mutations {
  private static final long SEED = Long.getLong("splatline.fuzz.seed", 1);
  private static final long MOST_BYTES = 32L << 20; // allocated during one reading
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Mutations() {}

  /** Makes a file of bytes that were changed. */
  interface Packing {
    byte[] of(byte[] bytes) throws IOException;
  }

  /**
   * Asserts it for {@code cases} mutations of {@code good}.
   *
   * @param least cases of them that must be refused
   */
  static void check(
      byte[] good,
      int cases,
      int least,
      Packing packing,
      Path file,
      Function<Path, PlyModel> reader)
      throws IOException {
    int refused = 0;
    for (long seed = SEED; seed < SEED + cases; seed++) {
      Files.write(file, packing.of(mutated(good, new Random(seed))));
      long bytes = allocatedBytes();
      try {
        assertFinite(reader.apply(file));
      } catch (SceneException e) {
        assertThat(e).hasMessageStartingWith("Cannot read Gaussians from ");
        refused++;
      } catch (Throwable e) { // any other one is our fault
        fail("seed " + seed, e);
      }
      assertThat(allocatedBytes() - bytes)
          .as("bytes allocated by seed %d", seed)
          .isLessThan(MOST_BYTES);
    }
    assertThat(refused).isBetween(least, cases);
  }

  /** What this thread has allocated so far. */
  static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  private static void assertFinite(PlyModel model) {
    for (ParameterFamily family : ParameterFamily.values()) {
      for (float value : model.gaussians().array(family)) {
        if (!Float.isFinite(value)) {
          throw new AssertionError(family + " has " + value);
        }
      }
    }
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 8; i--) {
      // Half of them in the header and the table of sizes.
      int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 160) : bytes.length);
      int length = Math.min(1 + random.nextInt(8), bytes.length - at);
      byte[] before = Arrays.copyOf(bytes, at);
      byte[] after = Arrays.copyOfRange(bytes, at + length, bytes.length);
      byte[] part = Arrays.copyOfRange(bytes, at, at + length);
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0));
        case 2 -> bytes = SpzBytes.join(before, noise, after);
        case 3 -> bytes = before;
        case 4 -> bytes = SpzBytes.join(before, after);
        default -> bytes = SpzBytes.join(before, part, part, after);
      }
    }
    return bytes;
  }
}
