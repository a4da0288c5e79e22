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
      receiver.accept(pair, matches(photographs[pair.first()], photographs[pair.second()]));
    }
  }

  private int[] matches(int[] first, int[] second) {
    Best forward = new Best(first.length / DescriptorSource.WIDTH);
    Best backward = new Best(second.length / DescriptorSource.WIDTH);
    for (int i = 0; i < forward.match.length; i++) {
      for (int j = 0; j < backward.match.length; j++) {
        int dot = dot(first, i, second, j);
        forward.add(i, j, dot);
        backward.add(j, i, dot);
      }
    }
    return MatchRule.mutual(forward.accepted(), 0, forward.match.length, backward.accepted(), 0);
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    Arrays.setAll(values, i -> Byte.toUnsignedInt(bytes[i]));
    return values;
  }

  /** The best and the second best dot product of each feature, and whose the best is. */
  private final class Best {
    private final int[] match;
    private final int[] best;
    private final int[] second;

    Best(int features) {
      match = new int[features];
      Arrays.fill(match, -1);
      best = new int[features];
      second = new int[features];
    }

    void add(int feature, int other, int dot) {
      if (dot > best[feature]) {
        second[feature] = best[feature];
        best[feature] = dot;
        match[feature] = other;
      } else {
        second[feature] = Math.max(second[feature], dot);
      }
    }

    /** The match of each feature if the rule accepts it; -1: none. */
    int[] accepted() {
      int[] accepted = new int[match.length];
      for (int i = 0; i < accepted.length; i++) {
        int limit = limits[Math.min(best[i], MatchRule.LARGEST_DOT)];
        accepted[i] = Math.min(second[i], MatchRule.LARGEST_DOT) <= limit ? match[i] : -1;
      }
      return accepted;
    }
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
