package org.splatline.gpu.match;

import java.util.Arrays;
import java.util.List;

/** Says plainly what a {@link Matcher} finds. It is slow: tests compare others with it. */
public final class CpuMatcher implements Matcher {
  private final int[] limits = MatchRule.limits();

  @Override
  public void match(DescriptorSource source, List<PhotographPair> pairs, Receiver receiver) {
    int[][] photographs = new int[source.photographs()][];
    for (int photograph = 0; photograph < photographs.length; photograph++) {
      photographs[photograph] = unsigned(source.descriptors(photograph));
    }
    for (PhotographPair pair : pairs) {
      int[] forward = best(photographs[pair.first()], photographs[pair.second()]);
      int[] backward = best(photographs[pair.second()], photographs[pair.first()]);
      receiver.accept(pair, MatchRule.mutual(forward, 0, forward.length, backward, 0));
    }
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    Arrays.setAll(values, i -> Byte.toUnsignedInt(bytes[i]));
    return values;
  }

  /** The match of each of {@code rows}, one of {@code columns}; -1: none. */
  private int[] best(int[] rows, int[] columns) {
    int[] matches = new int[rows.length / DescriptorSource.WIDTH];
    for (int i = 0; i < matches.length; i++) {
      int best = 0;
      int second = 0;
      int match = -1;
      for (int j = 0; j < columns.length / DescriptorSource.WIDTH; j++) {
        int dot = dot(rows, i, columns, j);
        if (dot > best) {
          second = best;
          best = dot;
          match = j;
        } else {
          second = Math.max(second, dot);
        }
      }
      int limit = limits[Math.min(best, MatchRule.LARGEST_DOT)];
      matches[i] = Math.min(second, MatchRule.LARGEST_DOT) <= limit ? match : -1;
    }
    return matches;
  }

  private static int dot(int[] rows, int i, int[] columns, int j) {
    int row = DescriptorSource.WIDTH * i;
    int column = DescriptorSource.WIDTH * j;
    int sum = 0;
    for (int k = 0; k < DescriptorSource.WIDTH; k++) {
      sum += rows[row + k] * columns[column + k];
    }
    return sum;
  }
}
