package org.splatline.gpu.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Rotations;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SourceImage;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.scene.colmap.ColmapTextWriter;

/**
 * Writes the cameras of a scene for other programs: COLMAP's three files as .bin and as .txt, and
 * transforms.json as nerfstudio and instant-ngp read it.
 */
public final class CameraFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CameraFiles() {}

  /**
   * @param images undistorted
   * @param toFile from the scene's frame to that of the files
   * @param folder made when absent
   */
  public static void write(SceneImages images, Similarity toFile, Path folder) throws IOException {
    ColmapModel model = model(images, toFile);
    ColmapBinaryWriter.write(model, folder);
    ColmapTextWriter.write(model, folder);
    Files.writeString(folder.resolve("transforms.json"), transforms(model).toPrettyString() + "\n");
  }

  private static ColmapModel model(SceneImages images, Similarity toFile) {
    Map<ColmapCamera, Integer> cameraIds = new LinkedHashMap<>();
    List<ColmapImage> moved = new ArrayList<>();
    for (SourceImage image : images.present()) {
      int cameraId = cameraIds.computeIfAbsent(image.camera(), camera -> cameraIds.size() + 1);
      moved.add(moved(image, moved.size() + 1, cameraId, toFile));
    }
    Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
    cameraIds.forEach((camera, id) -> cameras.put(id, camera));
    return new ColmapModel(cameras, moved, moved(images.points(), toFile));
  }

  /** A camera turns with the frame; its distances are in the frame's units. */
  private static ColmapImage moved(SourceImage image, int id, int cameraId, Similarity toFile) {
    if (toFile.equals(Similarity.IDENTITY)) { // with the same bits
      ColmapImage as = image.extrinsics();
      return new ColmapImage(id, image.name(), cameraId, as.quaternion(), as.translation(), 0);
    }
    Camera camera = image.pinhole();
    double[] turn = toFile.rotationMatrix();
    double[] rotation = product(camera.rotation(), transposed(turn));
    double[] center = toFile.apply(camera.center());
    double[] translation = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        translation[i] -= rotation[3 * i + k] * center[k];
      }
    }
    return new ColmapImage(
        id, image.name(), cameraId, Rotations.toQuaternion(rotation), translation, 0);
  }

  private static double[] transposed(double[] m) {
    return new double[] {m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]};
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[9];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          product[3 * i + j] += a[3 * i + k] * b[3 * k + j];
        }
      }
    }
    return product;
  }

  private static ColmapPoints moved(ColmapPoints points, Similarity toFile) {
    if (toFile.equals(Similarity.IDENTITY)) {
      return points;
    }
    double[] positions = new double[points.positions().length];
    for (int i = 0; i < positions.length; i += 3) {
      double[] from = {points.positions()[i], points.positions()[i + 1], points.positions()[i + 2]};
      System.arraycopy(toFile.apply(from), 0, positions, i, 3);
    }
    return new ColmapPoints(
        positions, points.colors(), points.errors(), new int[points.size()], new int[0]);
  }

  /** Camera-to-world matrices with OpenGL's axes: x right, y up, z back. */
  private static ObjectNode transforms(ColmapModel model) {
    ObjectNode root = MAPPER.createObjectNode();
    boolean one = model.cameras().size() == 1;
    if (one) {
      putIntrinsics(root, model.cameras().values().iterator().next());
    }
    ArrayNode frames = root.putArray("frames");
    for (ColmapImage image : model.images()) {
      ObjectNode frame = frames.addObject();
      frame.put("file_path", "images/" + image.name());
      ColmapCamera camera = model.cameras().get(image.cameraId());
      if (!one) {
        putIntrinsics(frame, camera);
      }
      putMatrix(frame.putArray("transform_matrix"), image, camera);
    }
    return root;
  }

  private static void putIntrinsics(ObjectNode node, ColmapCamera camera) {
    node.put("camera_model", "PINHOLE");
    node.put("w", camera.width());
    node.put("h", camera.height());
    node.put("fl_x", camera.fx());
    node.put("fl_y", camera.fy());
    node.put("cx", camera.cx());
    node.put("cy", camera.cy());
    node.put("camera_angle_x", 2 * Math.atan(camera.width() / (2 * camera.fx())));
    node.put("camera_angle_y", 2 * Math.atan(camera.height() / (2 * camera.fy())));
  }

  private static void putMatrix(ArrayNode rows, ColmapImage image, ColmapCamera colmap) {
    double[] q = image.quaternion();
    Camera camera =
        Camera.ofQuaternion(Intrinsics.of(colmap), q[0], q[1], q[2], q[3], image.translation());
    double[] rotation = camera.rotation();
    double[] center = camera.center();
    for (int i = 0; i < 3; i++) {
      rows.addArray().add(rotation[i]).add(-rotation[3 + i]).add(-rotation[6 + i]).add(center[i]);
    }
    rows.addArray().add(0).add(0).add(0).add(1);
  }
}
