package org.splatline.gpu.sfm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;

/** Which pairs of photographs a GPU compares. */
final class GpuPairs {
  /** So many features tell whether photographs overlap: 98 % of pairs with 30 inliers or more. */
  static final int FEATURES = 512;

  private static final int MATCHES =
      4; // of these features: 21 % of pairs without overlap have so many
  private static final int MOST = 100; // pairs of a photograph

  private GpuPairs() {}

  /**
   * Those pairs that share large features, each photograph's best ones, and neighbours.
   *
   * @param large {@link #FEATURES} features of each photograph
   * @param neighbours number of later photographs that each is compared with in any case
   */
  static Set<PhotographPair> preselected(Matcher matcher, DescriptorSource large, int neighbours) {
    List<List<Shared>> byPhotograph = new ArrayList<>();
    for (int photograph = 0; photograph < large.photographs(); photograph++) {
      byPhotograph.add(new ArrayList<>());
    }
    Set<PhotographPair> chosen = new HashSet<>();
    matcher.match(
        large,
        PhotographPair.all(large.photographs()),
        (pair, matches) -> {
          checkNotCancelled();
          if (pair.second() - pair.first() <= neighbours) {
            chosen.add(pair);
          } else if (matches.length / 2 >= MATCHES) {
            Shared shared = new Shared(pair, matches.length / 2);
            byPhotograph.get(pair.first()).add(shared);
            byPhotograph.get(pair.second()).add(shared);
          }
        });
    for (List<Shared> of : byPhotograph) {
      of.stream()
          .sorted(Comparator.comparingInt(shared -> -shared.matches()))
          .limit(MOST)
          .forEach(shared -> chosen.add(shared.pair()));
    }
    return chosen;
  }

  /** Ends matching soon after the task is cancelled or its time limit has passed. */
  static void checkNotCancelled() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("matching was cancelled");
    }
  }

  private record Shared(PhotographPair pair, int matches) {}
}
