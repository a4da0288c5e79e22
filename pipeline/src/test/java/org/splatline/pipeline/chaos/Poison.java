package org.splatline.pipeline.chaos;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.splatline.pipeline.run.TinyScene;

/** Writes twelve scenes that cannot be done, each of a different kind. */
final class Poison {
  private final Path scenes;
  private final Map<String, String> verdicts = new TreeMap<>();

  private Poison(Path scenes) {
    this.scenes = scenes;
  }

  /** Writes them below {@code scenes}. Returns the expected verdict of each, by name. */
  static Map<String, String> write(Path scenes) throws IOException {
    Poison poison = new Poison(scenes);
    poison.folders();
    poison.damagedModels();
    return poison.verdicts;
  }

  private Path scene(String name, String verdict) throws IOException {
    verdicts.put(name, verdict);
    return Files.createDirectories(scenes.resolve(name));
  }

  private void folders() throws IOException {
    TinyScene.writeBroken(scene("bad-text-named-jpg", "UNREADABLE_IMAGES"));
    Path zero = scene("bad-zero-bytes", "UNREADABLE_IMAGES");
    for (int i = 0; i < 5; i++) {
      Files.createFile(zero.resolve("p%d.jpg".formatted(i)));
    }
    Path one = scene("bad-one-photograph", "FEW_IMAGES");
    ImageIO.write(flat(64, 48), "png", one.resolve("only.png").toFile());
    Path notes = scene("bad-only-notes", "UNREADABLE_IMAGES");
    Files.writeString(notes.resolve("notes.txt"), "nothing to see");
    Path cut = scene("bad-cut-off", "UNREADABLE_IMAGES");
    for (int i = 0; i < 4; i++) {
      Path file = cut.resolve("p%d.png".formatted(i));
      ImageIO.write(flat(200 + i, 150), "png", file.toFile());
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 3));
    }
    Path views = scene("bad-two-views", "FEW_IMAGES");
    TinyScene.write(views);
    Files.writeString(
        views.resolve("sparse/0/images.txt"),
        "1 1 0 0 0 0 0 4 1 view0.png\n\n2 1 0 0 0 0.5 0 4 1 view1.png\n\n");
  }

  private static BufferedImage flat(int width, int height) {
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  private void damagedModels() throws IOException {
    model("bad-cameras-words", "cameras.txt", "1 PINHOLE forty 32 40 40 20 16\n");
    model("bad-camera-model", "cameras.txt", "1 FISHBOWL 40 32 40 40 20 16\n");
    model("bad-images-cut", "images.txt", "1 1 0 0\n");
    model("bad-camera-unknown", "images.txt", "1 1 0 0 0 0 0 4 7 view0.png\n\n");
    model("bad-points-words", "points3D.txt", "1 a b c 1 2 3 0.5\n");
    Path transforms = scene("bad-transforms", "UNSUPPORTED_INPUT");
    TinyScene.write(transforms);
    for (String file : new String[] {"cameras.txt", "images.txt", "points3D.txt"}) {
      Files.delete(transforms.resolve("sparse/0").resolve(file));
    }
    Files.delete(transforms.resolve("sparse/0"));
    Files.delete(transforms.resolve("sparse"));
    Files.writeString(transforms.resolve("transforms.json"), "{\"frames\": [");
  }

  private void model(String name, String file, String content) throws IOException {
    Path folder = scene(name, "UNSUPPORTED_INPUT");
    TinyScene.write(folder);
    Files.writeString(folder.resolve("sparse/0").resolve(file), content);
  }
}
