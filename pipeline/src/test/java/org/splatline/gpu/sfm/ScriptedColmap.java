package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.TestPictures;

/** A scene's folder, and shell scripts instead of COLMAP. */
abstract class ScriptedColmap {
  @TempDir Path folder;
  Path images;

  @BeforeEach
  void makeFolder() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
  }

  void takePhotographs(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      TestPictures.jpeg(images.resolve(i + ".jpg"), 64, 48, i);
    }
  }

  /** A program that claims to be COLMAP {@code version}. Its commands run {@code body}. */
  String fakeColmap(String version, String body) throws IOException {
    return FakeColmap.write(folder.resolve("colmap-" + version), version, body).toString();
  }

  SfmReport report() throws IOException {
    return SfmReport.read(Files.readAllBytes(folder.resolve("work/logs/attempts.json")));
  }

  /** A mapper that finds 5 of 9 photographs, and all of them when it accepts weaker matches. */
  String improving() throws IOException {
    for (int i = 1; i <= 2; i++) {
      Path model = Files.createDirectories(folder.resolve("model-" + i));
      Files.writeString(model.resolve("cameras.txt"), "1 PINHOLE 64 48 60 60 32 24\n");
      StringBuilder cameras = new StringBuilder();
      for (int image = 0; image < (i == 1 ? 5 : 9); image++) {
        cameras.append("%d 1 0 0 0 0 0 0 1 %d.jpg\n1 1 1\n".formatted(image + 1, image));
      }
      Files.writeString(model.resolve("images.txt"), cameras);
      Files.writeString(
          model.resolve("points3D.txt"), "1 0 0 0 1 2 3 0.5 1 0 2 0 3 0\n".repeat(600));
    }
    return """
    while [ $# -gt 0 ]; do
      case $1 in
        mapper|image_undistorter) command=$1;;
        --output_path) out=$2;;
        --Mapper.init_max_error) n=2;;
      esac
      shift
    done
    [ "$command" = mapper ] && mkdir -p $out/0 && cp %s/model-${n:-1}/* $out/0
    if [ "$command" = image_undistorter ]; then
      mkdir -p $out/images $out/sparse && cp %s/*.jpg $out/images && cp %s/model-2/* $out/sparse
    fi
    exit 0
    """
        .formatted(folder, images, folder);
  }
}
