package org.splatline.pipeline.input;

import java.util.List;
import org.splatline.gpu.media.VideoConfig;

/**
 * The scenes of a run: configuration root {@code input}.
 *
 * @param path a folder or an s3a:// prefix, where each folder and archive directly below is one
 *     scene; or a {@code .jsonl} file that names one scene per line
 * @param roots folders that local sources of such a file are below; empty: that file's folder
 * @param scenes names of the scenes to run; empty: all
 * @param first names of scenes that run before the others
 * @param last names of scenes that run after the others
 * @param photographs which photographs are left out because they help little
 * @param video which frames of a video are taken
 */
public record InputConfig(
    String path,
    List<String> roots,
    List<String> scenes,
    List<String> first,
    List<String> last,
    PhotographRules photographs,
    VideoConfig video) {
  public InputConfig {
    roots = List.copyOf(roots);
    scenes = List.copyOf(scenes);
    first = List.copyOf(first);
    last = List.copyOf(last);
  }
}
