package org.splatline.pipeline.config;

import java.util.List;
import org.splatline.pipeline.input.PhotographRules;

/**
 * What is to be done: configuration root {@code input}.
 *
 * @param path a folder or an s3a:// prefix, of which each folder and archive directly below is one
 *     scene; or a {@code .jsonl} file that names one a line
 * @param scenes names of the scenes to take; empty: all of them
 * @param first names of those that go before the others
 * @param last names of those that go after the others
 * @param photographs what becomes of those that help little
 */
public record InputConfig(
    String path,
    List<String> scenes,
    List<String> first,
    List<String> last,
    PhotographRules photographs) {
  public InputConfig {
    scenes = List.copyOf(scenes);
    first = List.copyOf(first);
    last = List.copyOf(last);
  }
}
