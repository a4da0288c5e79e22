package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.verdict.SceneException;

/**
 * Good .spz files with some bytes flipped, overwritten, cut, removed or doubled are read or refused
 * with a {@link SceneException}, within bounded memory. What is read is finite. {@code
 * -Dsplatline.fuzz.seed=7 -Dsplatline.fuzz.cases=100000} tests other cases and more of them.
 */
class SpzMutationTest {
  private static final long SEED = Long.getLong("splatline.fuzz.seed", 1);
  private static final int CASES = Integer.getInteger("splatline.fuzz.cases", 1000); // of each file
  private static final long MOST_BYTES = 32L << 20; // allocated during one reading
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;
  private byte[] v3;
  private byte[] v4;

  @BeforeEach
  void writeFiles() throws IOException {
    PlyModel model = new PlyModel(SpzFormatTest.random(33, 3, 0.1), true);
    SpzFormat.write(model, file(), SpzFormat.Version.V3);
    v3 = Files.readAllBytes(file());
    SpzFormat.write(model, file(), SpzFormat.Version.V4);
    v4 = Files.readAllBytes(file());
  }

  private Path file() {
    return folder.resolve("model.spz");
  }

  private interface Zipping {
    byte[] of(byte[] bytes);
  }

  private void mutate(byte[] good, Zipping zipping) throws IOException {
    int refused = 0;
    for (long seed = SEED; seed < SEED + CASES; seed++) {
      Files.write(file(), zipping.of(mutated(good, new Random(seed))));
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      try {
        assertFinite(SpzFormat.read(file()));
      } catch (SceneException e) {
        assertThat(e).hasMessageStartingWith("Cannot read Gaussians from ");
        refused++;
      } catch (Throwable e) { // any other one is our fault
        fail("seed " + seed, e);
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - bytes)
          .as("bytes allocated by seed %d", seed)
          .isLessThan(MOST_BYTES);
    }
    assertThat(refused).isBetween(CASES / 10, CASES);
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

  @Test
  void version4() throws IOException {
    mutate(v4, bytes -> bytes);
  }

  /** Frames that aren't compressed: changes reach the values behind them. */
  @Test
  void version4WithPlainFrames() throws IOException {
    byte[] plain = SpzBytes.gunzip(v3);
    byte[] header = Arrays.copyOf(v4, 32);
    int at = 16;
    int n = 33;
    byte[][] streams = new byte[6][];
    int[] widths = {9, 1, 3, 3, 4, 45};
    for (int i = 0; i < 6; i++) {
      streams[i] = Arrays.copyOfRange(plain, at, at + widths[i] * n);
      at += widths[i] * n;
    }
    mutate(SpzBytes.v4(header, List.of(streams)), bytes -> bytes);
  }

  @Test
  void version3() throws IOException {
    mutate(v3, bytes -> bytes);
  }

  @Test
  void version3BelowGzip() throws IOException {
    mutate(SpzBytes.gunzip(v3), SpzBytes::gzip);
  }

  @Test
  void version2BelowGzip() throws IOException {
    mutate(SpzBytes.plain(2), SpzBytes::gzip);
  }
}
