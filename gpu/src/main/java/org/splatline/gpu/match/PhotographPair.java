package org.splatline.gpu.match;

import java.util.ArrayList;
import java.util.List;

/** Two photographs of a {@link DescriptorSource}, by their numbers from 0. */
public record PhotographPair(int first, int second) {
  /** Each photograph with each later one. */
  public static List<PhotographPair> all(int photographs) {
    List<PhotographPair> pairs = new ArrayList<>();
    for (int first = 0; first < photographs; first++) {
      for (int second = first + 1; second < photographs; second++) {
        pairs.add(new PhotographPair(first, second));
      }
    }
    return pairs;
  }
}
