package org.splatline.gpu.scene;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.verdict.SceneException;

/**
 * One picture's entry in a transforms file. The file's root has the values that the entry lacks.
 *
 * @param index of the entry, from 0
 */
record TransformsFrame(Path json, int index, JsonNode root, JsonNode frame) {

  String filePath() {
    JsonNode path = frame.path("file_path");
    if (!path.isTextual() || path.textValue().isBlank()) {
      throw broken("it has no file_path");
    }
    return path.textValue();
  }

  /** The picture's camera. The size comes from the picture's header where the file has none. */
  ColmapCamera camera(Path picture) {
    OptionalDouble w = number("w");
    OptionalDouble h = number("h");
    PictureSize size =
        w.isPresent() && h.isPresent()
            ? new PictureSize((int) w.getAsDouble(), (int) h.getAsDouble())
            : PictureReader.size(picture);
    double fx =
        focalLength("fl_x", "camera_angle_x", size.width()).orElseThrow(this::noFocalLength);
    double fy = focalLength("fl_y", "camera_angle_y", size.height()).orElse(fx);
    double cx = number("cx").orElse(size.width() / 2.0);
    double cy = number("cy").orElse(size.height() / 2.0);
    return lens(new Intrinsics(size.width(), size.height(), fx, fy, cx, cy));
  }

  private OptionalDouble focalLength(String lengthKey, String angleKey, int side) {
    OptionalDouble length = number(lengthKey);
    OptionalDouble angle = number(angleKey);
    return length.isPresent() || angle.isEmpty()
        ? length
        : OptionalDouble.of(side / 2.0 / Math.tan(angle.getAsDouble() / 2));
  }

  private SceneException noFocalLength() {
    return broken("fl_x and camera_angle_x are missing in the frame and in the file");
  }

  private ColmapCamera lens(Intrinsics in) {
    double k1 = number("k1").orElse(0);
    double k2 = number("k2").orElse(0);
    double k3 = number("k3").orElse(0);
    double k4 = number("k4").orElse(0);
    double p1 = number("p1").orElse(0);
    double p2 = number("p2").orElse(0);
    if (isFisheye()) {
      return lens(ColmapCameraModel.OPENCV_FISHEYE, in, k1, k2, k3, k4);
    }
    if (k4 != 0) {
      throw broken("k4 is %s, but only fisheye lenses have it".formatted(k4));
    }
    if (k3 != 0) {
      return lens(ColmapCameraModel.FULL_OPENCV, in, k1, k2, p1, p2, k3, 0, 0, 0);
    }
    return k1 == 0 && k2 == 0 && p1 == 0 && p2 == 0
        ? ColmapCamera.pinhole(in.width(), in.height(), in.fx(), in.fy(), in.cx(), in.cy())
        : lens(ColmapCameraModel.OPENCV, in, k1, k2, p1, p2);
  }

  private boolean isFisheye() {
    String model = field("camera_model").asText("");
    return field("is_fisheye").asBoolean(false)
        || model.equals(ColmapCameraModel.OPENCV_FISHEYE.name());
  }

  private static ColmapCamera lens(ColmapCameraModel model, Intrinsics in, double... distortion) {
    double[] params = new double[4 + distortion.length];
    params[0] = in.fx();
    params[1] = in.fy();
    params[2] = in.cx();
    params[3] = in.cy();
    System.arraycopy(distortion, 0, params, 4, distortion.length);
    return new ColmapCamera(model, in.width(), in.height(), params);
  }

  /**
   * The picture's world-to-camera transform. The file has OpenGL's camera-to-world matrix (x right,
   * y up, z back).
   */
  ColmapImage extrinsics(int id, String name) {
    double[][] cameraToWorld = matrix();
    double[] rotation = new double[9]; // world to camera: the axes, as rows
    double[] translation = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double sign = axis == 0 ? 1 : -1;
      double length =
          Math.hypot(
              Math.hypot(cameraToWorld[0][axis], cameraToWorld[1][axis]), cameraToWorld[2][axis]);
      for (int i = 0; i < 3; i++) {
        rotation[3 * axis + i] = sign * cameraToWorld[i][axis] / length;
        translation[axis] -= rotation[3 * axis + i] * cameraToWorld[i][3];
      }
    }
    if (!Rotations.isRotation(rotation)) {
      throw broken("its transform_matrix contains no rotation");
    }
    return new ColmapImage(id, name, id, Rotations.toQuaternion(rotation), translation, 0);
  }

  private double[][] matrix() {
    JsonNode rows = frame.path("transform_matrix");
    double[][] matrix = new double[3][4];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        JsonNode value = rows.path(i).path(j);
        if (!value.isNumber()) {
          throw broken("its transform_matrix has no number in row %d, column %d".formatted(i, j));
        }
        matrix[i][j] = value.doubleValue();
      }
    }
    return matrix;
  }

  private OptionalDouble number(String key) {
    JsonNode value = field(key);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber()) {
      throw broken("%s is %s, not a number".formatted(key, value));
    }
    return OptionalDouble.of(value.doubleValue());
  }

  private JsonNode field(String key) {
    return frame.has(key) ? frame.path(key) : root.path(key);
  }

  SceneException broken(String why) {
    return TransformsJson.broken(json, "frame %d: %s".formatted(index, why));
  }
}
