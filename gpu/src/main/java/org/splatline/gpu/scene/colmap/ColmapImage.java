package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * A photograph that COLMAP has registered: {@code p_cam = R(quaternion) · p_world + translation}.
 *
 * @param name path below the folder of images, separated by {@code /}
 * @param quaternion [4] wxyz, of a length from 1e-6 to 1e6; not copied
 * @param translation [3] world units; not copied
 * @param observations number of its features that belong to a 3D point
 */
public record ColmapImage(
    int id,
    String name,
    int cameraId,
    double[] quaternion,
    double[] translation,
    int observations) {

  public ColmapImage {
    checkArgument(!name.isEmpty(), "Invalid image %s: no name", id);
    checkArgument(
        Arrays.stream(quaternion).allMatch(Double::isFinite)
            && Arrays.stream(translation).allMatch(Double::isFinite)
            && hasRotation(quaternion),
        "Invalid image %s: rotation %s, translation %s",
        name,
        Arrays.toString(quaternion),
        Arrays.toString(translation));
  }

  /** Outside these limits the square of a length may be 0 or infinite. */
  private static boolean hasRotation(double[] q) {
    double squared = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3];
    return squared >= 1e-12 && squared <= 1e12;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColmapImage that
        && id == that.id
        && name.equals(that.name)
        && cameraId == that.cameraId
        && observations == that.observations
        && Arrays.equals(quaternion, that.quaternion)
        && Arrays.equals(translation, that.translation);
  }

  @Override
  public int hashCode() {
    return 31 * id + name.hashCode();
  }
}
