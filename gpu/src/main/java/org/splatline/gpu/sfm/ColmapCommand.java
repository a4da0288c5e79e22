package org.splatline.gpu.sfm;

import java.util.ArrayList;
import java.util.List;

/**
 * One call of COLMAP.
 *
 * @param name COLMAP's command, as in {@code mapper}
 * @param words the program, the command and its options
 */
record ColmapCommand(String name, List<String> words) {
  ColmapCommand {
    words = List.copyOf(words);
  }

  @SafeVarargs
  static ColmapCommand of(String program, String name, List<String>... options) {
    List<String> words = new ArrayList<>(List.of(program, name));
    for (List<String> group : options) {
      words.addAll(group);
    }
    return new ColmapCommand(name, words);
  }
}
