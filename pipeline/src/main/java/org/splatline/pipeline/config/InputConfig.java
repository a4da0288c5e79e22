package org.splatline.pipeline.config;

import java.util.List;

/**
 * What is to be done: configuration root {@code input}.
 *
 * @param path a folder or an s3a:// prefix; each folder directly below it is one scene
 * @param scenes names of the scenes to take; empty: all of them
 * @param first names of those that go before the others
 * @param last names of those that go after the others
 */
public record InputConfig(String path, List<String> scenes, List<String> first, List<String> last) {
  public InputConfig {
    scenes = List.copyOf(scenes);
    first = List.copyOf(first);
    last = List.copyOf(last);
  }
}
