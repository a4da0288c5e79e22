package org.splatline.gpu.scene.colmap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads COLMAP's .bin files, as its {@code Reconstruction::ReadBinary} does. */
final class ColmapBinaryReader {
  private static final int MIN_CAMERA_BYTES = 4 + 4 + 8 + 8 + 3 * 8;
  private static final int MIN_IMAGE_BYTES = 4 + 7 * 8 + 4 + 1 + 8;
  private static final int FEATURE_BYTES = 2 * 8 + 8;
  private static final int MIN_POINT_BYTES = 8 + 3 * 8 + 3 + 8 + 8;
  private static final int TRACK_BYTES = 4 + 4;
  private static final long NO_POINT = -1;

  private ColmapBinaryReader() {}

  static Map<Integer, ColmapCamera> cameras(Path file) {
    return BinaryFile.read(
        file,
        in -> {
          Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
          for (int i = in.count("cameras", MIN_CAMERA_BYTES, ModelLimits.IMAGES); i > 0; i--) {
            int id = in.int32();
            if (cameras.put(id, camera(in)) != null) {
              throw in.broken("two cameras have the id %d".formatted(id));
            }
          }
          return cameras;
        });
  }

  private static ColmapCamera camera(BinaryFile in) {
    int id = in.int32();
    ColmapCameraModel model =
        ColmapCameraModel.ofId(id)
            .orElseThrow(
                () ->
                    in.broken(
                        "camera model %d is not one of %s"
                            .formatted(id, Arrays.toString(ColmapCameraModel.values()))));
    int width = side(in);
    int height = side(in);
    return new ColmapCamera(model, width, height, in.float64s(model.parameters()));
  }

  private static int side(BinaryFile in) {
    long side = in.int64();
    if (side < 1 || side > Integer.MAX_VALUE) {
      throw in.broken(
          "a camera has a width or height of %s px".formatted(Long.toUnsignedString(side)));
    }
    return (int) side;
  }

  static List<ColmapImage> images(Path file) {
    return BinaryFile.read(
        file,
        in -> {
          List<ColmapImage> images = new ArrayList<>();
          for (int i = in.count("images", MIN_IMAGE_BYTES, ModelLimits.IMAGES); i > 0; i--) {
            images.add(image(in));
          }
          return images;
        });
  }

  private static ColmapImage image(BinaryFile in) {
    int id = in.int32();
    double[] quaternion = in.float64s(4);
    double[] translation = in.float64s(3);
    int cameraId = in.int32();
    String name = in.string();
    int observations = 0;
    for (int i = in.count("features", FEATURE_BYTES); i > 0; i--) {
      in.skip(2 * Double.BYTES);
      if (in.int64() != NO_POINT) {
        observations++;
      }
    }
    return new ColmapImage(id, name, cameraId, quaternion, translation, observations);
  }

  static ColmapPoints points(Path file) {
    return BinaryFile.read(file, ColmapBinaryReader::points);
  }

  private static ColmapPoints points(BinaryFile in) {
    int n = in.count("points", MIN_POINT_BYTES, ModelLimits.POINTS);
    double[] positions = new double[3 * n];
    byte[] colors = new byte[3 * n];
    double[] errors = new double[n];
    int[] trackLengths = new int[n];
    IntList trackImages = new IntList();
    for (int i = 0; i < n; i++) {
      in.skip(Long.BYTES); // the id
      for (int c = 0; c < 3; c++) {
        positions[3 * i + c] = in.float64();
      }
      for (int c = 0; c < 3; c++) {
        colors[3 * i + c] = (byte) in.uint8();
      }
      errors[i] = in.float64();
      trackLengths[i] =
          in.count("track entries", TRACK_BYTES, ModelLimits.TRACK_ENTRIES - trackImages.size());
      for (int k = 0; k < trackLengths[i]; k++) {
        trackImages.add(in.int32());
        in.skip(Integer.BYTES); // the feature
      }
    }
    return new ColmapPoints(positions, colors, errors, trackLengths, trackImages.toArray());
  }
}
