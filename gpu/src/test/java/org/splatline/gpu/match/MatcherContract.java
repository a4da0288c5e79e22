package org.splatline.gpu.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What everything owes that matches features. */
public abstract class MatcherContract {
  private static final long SEED = 5;

  protected abstract Matcher matcher();

  /** Photographs whose descriptors are given. */
  protected record Photographs(List<byte[]> all) implements DescriptorSource {
    public Photographs {
      all = List.copyOf(all);
    }

    @Override
    public int photographs() {
      return all.size();
    }

    @Override
    public int features(int photograph) {
      return all.get(photograph).length / WIDTH;
    }

    @Override
    public byte[] descriptors(int photograph) {
      return all.get(photograph);
    }
  }

  /** Descriptors as SIFT has them: none negative, of length 512. */
  protected static byte[] random(int n, Random random) {
    byte[] bytes = new byte[n * DescriptorSource.WIDTH];
    for (int i = 0; i < n; i++) {
      double[] values = random.doubles(DescriptorSource.WIDTH).map(x -> x * x * x).toArray();
      write(values, bytes, i);
    }
    return bytes;
  }

  private static void write(double[] values, byte[] bytes, int row) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    for (int k = 0; k < values.length; k++) {
      long rounded = Math.round(512 * values[k] / Math.sqrt(squares));
      bytes[DescriptorSource.WIDTH * row + k] = (byte) Math.min(255, rounded);
    }
  }

  /** {@code n} descriptors, of which every second one is nearly one of {@code like}. */
  protected static byte[] similar(byte[] like, int n, Random random) {
    byte[] bytes = random(n, random);
    int others = like.length / DescriptorSource.WIDTH;
    for (int i = 0; others > 0 && i < n; i += 2) {
      int other = random.nextInt(others);
      double[] values = new double[DescriptorSource.WIDTH];
      double noise = 20 * random.nextDouble();
      for (int k = 0; k < values.length; k++) {
        int value = Byte.toUnsignedInt(like[DescriptorSource.WIDTH * other + k]);
        values[k] = Math.max(0, value + noise * random.nextGaussian());
      }
      write(values, bytes, i);
    }
    return bytes;
  }

  protected static List<int[]> matches(
      Matcher matcher, DescriptorSource source, List<PhotographPair> pairs) {
    List<PhotographPair> seen = new ArrayList<>();
    List<int[]> matches = new ArrayList<>();
    matcher.match(
        source,
        pairs,
        (pair, found) -> {
          seen.add(pair);
          matches.add(found);
        });
    assertThat(seen).isEqualTo(pairs);
    return matches;
  }

  private int[] matches(byte[] first, byte[] second) {
    return matches(
            matcher(), new Photographs(List.of(first, second)), List.of(new PhotographPair(0, 1)))
        .get(0);
  }

  @ParameterizedTest(name = "{0} and {1} features")
  @CsvSource({
    "0, 0",
    "0, 33",
    "33, 0",
    "1, 1",
    "1, 2",
    "2, 31",
    "31, 33",
    "33, 31",
    "127, 128",
    "129, 257",
    "300, 255",
    "513, 40"
  })
  void findsWhatTheRuleSays(int n, int m) {
    Random random = new Random(SEED);
    byte[] first = random(n, random);
    byte[] second = similar(first, m, random);
    int[] found = matches(first, second);
    assertThat(found).isEqualTo(Oracle.matches(first, second));
    if (n >= 31) {
      assertThat(found.length / 2).isBetween(m / 5, m / 2 + 1);
    }
  }

  @Test
  void manyPairsAtOnceAreAsOneByOne() {
    Random random = new Random(SEED);
    List<byte[]> all = new ArrayList<>(List.of(random(200, random)));
    for (int n : new int[] {0, 1, 90, 260, 131}) {
      all.add(similar(all.get(0), n, random));
    }
    List<PhotographPair> pairs =
        IntStream.range(0, all.size())
            .boxed()
            .flatMap(i -> Stream.of(4, 0, 5, 2, 1, 3).map(j -> new PhotographPair(i, j)))
            .toList();
    List<int[]> found = matches(matcher(), new Photographs(all), pairs);
    for (int i = 0; i < pairs.size(); i++) {
      PhotographPair pair = pairs.get(i);
      assertThat(found.get(i))
          .as("%s", pair)
          .isEqualTo(Oracle.matches(all.get(pair.first()), all.get(pair.second())));
    }
  }

  @Test
  void noPairsAndNoPhotographsGiveNothing() {
    assertThat(matches(matcher(), new Photographs(List.of()), List.of())).isEmpty();
    assertThat(matches(matcher(), new Photographs(List.of(new byte[128])), List.of())).isEmpty();
  }

  @Test
  void twoEqualDescriptorsMatchNothing() {
    Random random = new Random(SEED);
    byte[] first = random(40, random);
    byte[] second = new byte[3 * first.length];
    for (int copy : new int[] {0, 2}) {
      System.arraycopy(first, 0, second, copy * first.length, first.length);
    }
    assertThat(matches(first, second)).isEmpty();
    assertThat(matches(second, first)).isEmpty();
    assertThat(matches(first, first)).hasSize(80); // each itself
  }

  @Test
  void longAndEmptyDescriptorsAreCountedWithoutOverflow() {
    byte[] longest = new byte[140 * DescriptorSource.WIDTH];
    Arrays.fill(longest, 0, DescriptorSource.WIDTH, (byte) 255);
    assertThat(matches(longest, longest)).containsExactly(0, 0);
    byte[] last = new byte[140 * DescriptorSource.WIDTH];
    Arrays.fill(last, 139 * DescriptorSource.WIDTH, last.length, (byte) 255);
    assertThat(matches(longest, last)).containsExactly(0, 139);
    assertThat(matches(new byte[longest.length], longest)).isEmpty();
  }

  /** The rule in double, for every pair of features. */
  private static final class Oracle {
    static int[] matches(byte[] first, byte[] second) {
      int[] forward = best(first, second);
      int[] backward = best(second, first);
      return IntStream.range(0, forward.length)
          .filter(i -> forward[i] >= 0 && backward[forward[i]] == i)
          .flatMap(i -> IntStream.of(i, forward[i]))
          .toArray();
    }

    private static int[] best(byte[] rows, byte[] columns) {
      int width = DescriptorSource.WIDTH;
      return IntStream.range(0, rows.length / width)
          .map(
              i -> {
                double[] angles =
                    IntStream.range(0, columns.length / width)
                        .mapToDouble(j -> angle(rows, width * i, columns, width * j))
                        .toArray();
                int best = -1;
                for (int j = 0; j < angles.length; j++) {
                  best = best < 0 || angles[j] < angles[best] ? j : best;
                }
                if (best < 0 || angles[best] > 0.7) {
                  return -1;
                }
                int nearest = best;
                double second =
                    IntStream.range(0, angles.length)
                        .filter(j -> j != nearest)
                        .mapToDouble(j -> angles[j])
                        .min()
                        .orElse(Math.PI / 2);
                return angles[best] < 0.8 * second ? best : -1;
              })
          .toArray();
    }

    private static double angle(byte[] rows, int row, byte[] columns, int column) {
      double dot = 0;
      for (int k = 0; k < DescriptorSource.WIDTH; k++) {
        dot += (double) (rows[row + k] & 255) * (columns[column + k] & 255);
      }
      return Math.acos(Math.min(dot / (512 * 512), 1));
    }
  }
}
