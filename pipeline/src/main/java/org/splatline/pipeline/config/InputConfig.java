package org.splatline.pipeline.config;

import java.util.List;

/**
 * What is to be done: configuration root {@code input}.
 *
 * @param path a folder or an s3a:// prefix; each folder directly below it is one scene
 * @param scenes names of the scenes to take; empty: all of them
 */
public record InputConfig(String path, List<String> scenes) {
  public InputConfig {
    scenes = List.copyOf(scenes);
  }
}
