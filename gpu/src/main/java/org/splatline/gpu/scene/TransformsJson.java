package org.splatline.gpu.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Reads a scene folder with {@code transforms.json} (instant-ngp, nerfstudio), or with {@code
 * transforms_train.json} and {@code transforms_test.json} (NeRF), which also define the split.
 */
public final class TransformsJson {
  private static final String ALL = "transforms.json";
  private static final String TRAIN = "transforms_train.json";
  private static final String TEST = "transforms_test.json";
  private static final List<String> SUFFIXES = List.of("", ".png", ".jpg", ".jpeg");
  private static final long MAX_BYTES = 1L << 24;

  private final Path folder;
  private final List<SourceImage> present = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private TransformsJson(Path folder) {
    this.folder = folder;
  }

  static boolean isAt(Path folder) {
    return Files.isRegularFile(folder.resolve(ALL)) || Files.isRegularFile(folder.resolve(TRAIN));
  }

  /**
   * Reads all frames. Those whose picture is absent are listed as missing.
   *
   * @throws SceneException UNSUPPORTED_INPUT naming file and frame
   */
  static SceneImages read(Path folder) {
    TransformsJson scene = new TransformsJson(folder);
    SceneImages.Space space = SceneImages.Space.BETWEEN_CAMERAS;
    Path train = folder.resolve(TRAIN);
    Path test = folder.resolve(TEST);
    if (!Files.isRegularFile(train)) {
      scene.add(folder.resolve(ALL), SourceImage.Part.BY_INDEX);
    } else {
      boolean split = Files.isRegularFile(test);
      JsonNode root = scene.add(train, split ? SourceImage.Part.TRAIN : SourceImage.Part.BY_INDEX);
      if (split) {
        scene.add(test, SourceImage.Part.TEST);
      }
      if (root.has("camera_angle_x") && !root.has("fl_x")) {
        space = SceneImages.Space.NERF_SYNTHETIC;
      }
    }
    scene.present.sort(Comparator.comparing(SourceImage::name));
    scene.missing.sort(Comparator.naturalOrder());
    return new SceneImages(scene.present, scene.missing, ColmapPoints.none(), space);
  }

  private JsonNode add(Path json, SourceImage.Part part) {
    JsonNode root = parse(json);
    JsonNode frames = root.path("frames");
    for (int i = 0; i < frames.size(); i++) {
      TransformsFrame frame = new TransformsFrame(json, i, root, frames.get(i));
      try {
        add(frame, part);
      } catch (IllegalArgumentException e) {
        throw frame.broken(e.getMessage());
      }
    }
    return root;
  }

  private void add(TransformsFrame frame, SourceImage.Part part) {
    Path named = SceneFiles.resolve(folder, frame.filePath(), frame.json());
    Optional<Path> file =
        SUFFIXES.stream()
            .map(suffix -> named.resolveSibling(named.getFileName() + suffix))
            .filter(Files::isRegularFile)
            .findFirst();
    if (file.isEmpty()) {
      missing.add(name(named));
      return;
    }
    String name = name(file.get());
    if (!names.add(name)) {
      throw frame.broken("the picture %s has a frame already".formatted(name));
    }
    ColmapCamera camera = SceneFiles.fitted(frame.camera(file.get()), file.get(), frame.json());
    present.add(
        new SourceImage(
            name, file.get(), camera, frame.extrinsics(present.size() + 1, name), part));
  }

  /** The path below images/ where the file is there, as in COLMAP's models: both split alike. */
  private String name(Path file) {
    Path images = folder.normalize().resolve("images");
    Path root = file.startsWith(images) ? images : folder.normalize();
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static JsonNode parse(Path json) {
    try {
      if (Files.size(json) > MAX_BYTES) {
        throw broken(json, "its %d bytes are more than %d".formatted(Files.size(json), MAX_BYTES));
      }
      JsonNode root = new ObjectMapper(Parsers.json()).readTree(json.toFile());
      if (!root.path("frames").isArray()) {
        throw broken(json, "it has no list 'frames'");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw broken(json, e.getOriginalMessage() + " in line " + line(e));
    } catch (CharConversionException e) {
      throw broken(json, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + json, e);
    }
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
  }

  static SceneException broken(Path json, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read %s: %s. Write it in the format of NeRF or instant-ngp.".formatted(json, why));
  }
}
