package org.splatline.pipeline.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.splatline.gpu.verdict.Verdict;

/**
 * How much may still be unpacked from one archive. Bytes are counted as they come, because an
 * archive's own figures may be false.
 */
final class ByteBudget {
  private static final long FREE_RATIO_BYTES = 1 << 20; // a small archive may be one flat BMP

  private final LimitsConfig limits;
  private final long packed;
  private long unpacked;

  /**
   * @param packed the archive's bytes
   */
  ByteBudget(LimitsConfig limits, long packed) {
    this.limits = limits;
    this.packed = packed;
  }

  /** The budget is used up. */
  static final class SpentException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Verdict verdict;

    SpentException(Verdict verdict, String why) {
      super(why);
      this.verdict = verdict;
    }

    Verdict verdict() {
      return verdict;
    }
  }

  /** The same stream; each byte that is read is charged. */
  InputStream charge(InputStream in) {
    return new Charged(in);
  }

  private void spend(long bytes) throws SpentException {
    unpacked += Math.max(0, bytes);
    if (unpacked > limits.archiveRatio() * Math.max(packed, FREE_RATIO_BYTES)) {
      throw new SpentException(
          Verdict.HOSTILE_INPUT,
          "its archive of %d bytes unpacks to more than %d times as many. Pack the photographs again, or raise limits.archive-ratio"
              .formatted(packed, limits.archiveRatio()));
    }
    if (unpacked > limits.archiveBytes()) {
      throw new SpentException(
          Verdict.TOO_LARGE,
          "its archive unpacks to more than %d MiB. Split the scene or raise limits.archive-bytes"
              .formatted(limits.archiveBytes() >> 20));
    }
  }

  private final class Charged extends FilterInputStream {
    Charged(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      spend(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      spend(count);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      spend(skipped);
      return skipped;
    }
  }
}
