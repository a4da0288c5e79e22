package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.verdict.SceneException;

/**
 * The photographs that COLMAP gets: those whose header can be read.
 *
 * @param names sorted in code-unit order
 * @param sizes of each, as stored
 * @param files in the folder, readable or not
 */
record PhotographList(List<String> names, List<PictureSize> sizes, int files) {

  PhotographList {
    names = List.copyOf(names);
    sizes = List.copyOf(sizes);
  }

  /** Lists the files directly in {@code folder}. Hidden files do not count. */
  static PhotographList of(Path folder) throws IOException {
    List<String> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files =
          entries
              .filter(Files::isRegularFile)
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .sorted()
              .toList();
    }
    List<String> names = new ArrayList<>();
    List<PictureSize> sizes = new ArrayList<>();
    for (String name : files) {
      try {
        sizes.add(PictureReader.size(folder.resolve(name)));
        names.add(name);
      } catch (SceneException e) {
        // Not a photograph: the gate counts the others.
      }
    }
    return new PhotographList(names, sizes, files.size());
  }

  /** Whether all have the same size, so that one camera may have taken them. */
  boolean haveOneSize() {
    return sizes.stream().distinct().count() == 1;
  }

  /** The longest side of all, px. */
  int longestSide() {
    return sizes.stream().mapToInt(size -> Math.max(size.width(), size.height())).max().orElse(0);
  }
}
