package org.splatline.gpu.match;

import java.util.Arrays;

/**
 * When the best one of a photograph's descriptors is a match, as in COLMAP: the angle to it is at
 * most {@value #MAX_ANGLE}, and less than {@value #MAX_RATIO} times the angle to the second best
 * (Lowe 2004, section 7.1). A table of integers holds the rule, so that all who match agree.
 */
public final class MatchRule {
  static final double MAX_ANGLE = 0.7; // radians
  static final double MAX_RATIO = 0.8;

  /** The dot product of two equal descriptors of length 512. Longer products count as this. */
  public static final int LARGEST_DOT = 1 << 18;

  private MatchRule() {}

  /**
   * The table, [2^18 + 1]: by the best dot product, the largest second best one with which it is a
   * match; -1 if it is none. Both are at most {@link #LARGEST_DOT}, and 0 where there is none.
   */
  public static int[] limits() {
    double[] angles = new double[LARGEST_DOT + 1];
    for (int dot = 0; dot < angles.length; dot++) {
      angles[dot] = StrictMath.acos((double) dot / LARGEST_DOT);
    }
    int[] limits = new int[angles.length];
    int second = LARGEST_DOT;
    for (int best = LARGEST_DOT; best >= 0; best--) {
      while (second >= 0 && angles[best] >= MAX_RATIO * angles[second]) {
        second--; // the limit falls with the best dot product
      }
      limits[best] = angles[best] <= MAX_ANGLE ? second : -1;
    }
    return limits;
  }

  /**
   * Keeps the matches on which both photographs agree.
   *
   * @param forward from {@code forwardFrom} on: the match of each of {@code features} features of
   *     the first photograph, a feature of the second; -1: none
   * @param backward from {@code backwardFrom} on: the same for the second photograph
   * @return as {@link Matcher.Receiver#accept} takes them
   */
  public static int[] mutual(
      int[] forward, int forwardFrom, int features, int[] backward, int backwardFrom) {
    int[] found = new int[2 * features];
    int length = 0;
    for (int i = 0; i < features; i++) {
      int match = forward[forwardFrom + i];
      if (match >= 0 && backward[backwardFrom + match] == i) {
        found[length++] = i;
        found[length++] = match;
      }
    }
    return Arrays.copyOf(found, length);
  }
}
