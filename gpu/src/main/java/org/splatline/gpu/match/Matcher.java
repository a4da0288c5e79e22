package org.splatline.gpu.match;

import java.util.List;

/**
 * Something that finds the features that two photographs share, such as a device. Whoever opens it
 * closes it.
 */
@FunctionalInterface
public interface Matcher extends AutoCloseable {

  /**
   * Compares each feature of a photograph with each of the other one. Two features match if each is
   * the best for the other one, and {@link MatchRule} accepts it in both directions.
   *
   * @param source read once, photograph by photograph
   * @param receiver gets the matches of each pair, in the order of {@code pairs}
   */
  void match(DescriptorSource source, List<PhotographPair> pairs, Receiver receiver);

  @Override
  default void close() {}

  /** Receives matches. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Called once for each pair.
     *
     * @param matches [M, 2] a feature of the first photograph, ascending, and one of the second
     */
    void accept(PhotographPair pair, int[] matches);
  }
}
