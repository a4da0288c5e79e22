package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;

class GpuPairsTest {
  private static final int PHOTOGRAPHS = 300;

  /** Only their number counts. */
  private static final DescriptorSource SOURCE =
      new DescriptorSource() {
        @Override
        public int photographs() {
          return PHOTOGRAPHS;
        }

        @Override
        public int features(int photograph) {
          return 0;
        }

        @Override
        public byte[] descriptors(int photograph) {
          return new byte[0];
        }
      };

  /** Photographs 200 and later share nothing; the others share more the nearer they are. */
  private static final Matcher BY_DISTANCE =
      (source, pairs, receiver) -> {
        for (PhotographPair pair : pairs) {
          int distance = pair.second() - pair.first();
          receiver.accept(pair, new int[pair.second() < 200 ? 2 * (203 - distance) : 2 * 3]);
        }
      };

  @Test
  void allPairsAreEachWithEachLaterOne() {
    assertThat(PhotographPair.all(0)).isEmpty();
    assertThat(PhotographPair.all(3))
        .containsExactly(
            new PhotographPair(0, 1), new PhotographPair(0, 2), new PhotographPair(1, 2));
  }

  @Test
  void photographsAreComparedWithThoseThatShareMost() {
    Set<PhotographPair> chosen = GpuPairs.preselected(BY_DISTANCE, SOURCE, 2);
    assertThat(withFirst(chosen, 0)).containsExactlyElementsOf(range(1, 102)); // 2 neighbours, 100
    assertThat(withFirst(chosen, 250)).containsExactly(251, 252);
    assertThat(withFirst(chosen, 190)).containsExactlyElementsOf(range(191, 199));
  }

  private static List<Integer> withFirst(Set<PhotographPair> pairs, int first) {
    return pairs.stream()
        .filter(pair -> pair.first() == first)
        .map(PhotographPair::second)
        .sorted()
        .collect(Collectors.toList());
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }
}
