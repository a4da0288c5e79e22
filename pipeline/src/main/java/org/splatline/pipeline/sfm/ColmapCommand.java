package org.splatline.pipeline.sfm;

import java.util.ArrayList;
import java.util.List;

/**
 * One call of COLMAP: what to run, as an argument list.
 *
 * @param name COLMAP's command, as in {@code mapper}; also the name of its log
 * @param words program, command and options
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
