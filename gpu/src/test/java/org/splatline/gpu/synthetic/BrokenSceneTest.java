package org.splatline.gpu.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.verdict.SceneException;

class BrokenSceneTest {
  @TempDir Path folder;

  @Test
  void fourOfItsPicturesCannotBeRead() throws IOException {
    BrokenScene.write(folder, 96, 72, 1);
    List<String> unreadable = new ArrayList<>();
    int readable = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        try {
          PictureReader.read(file);
          readable++;
        } catch (SceneException e) {
          unreadable.add(file.getFileName().toString());
        }
      }
    }
    assertThat(readable).isEqualTo(6);
    assertThat(unreadable).containsExactly("cut-off.jpg", "empty.jpg", "notes.jpg", "readme.jpg");
  }
}
