package org.splatline.gpu.config;

import java.util.List;

/**
 * Levenshtein distance: how many insertions, deletions and replacements turn one text into another.
 */
public final class EditDistance {
  private EditDistance() {}

  /** The candidate nearest to {@code text}; the first one if several are equally near. */
  public static String nearest(String text, List<String> candidates) {
    String best = candidates.get(0);
    for (String candidate : candidates) {
      if (of(text, candidate) < of(text, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static int of(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
