package org.splatline.gpu.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * The path of a hand-held camera around a scene. It is a closed loop that goes over high and
 * returns low, with a little shake. Neighbouring pictures overlap: beyond about 20 degrees few
 * features match. A closed loop has no ends, where a view could only be extrapolated.
 *
 * @param target the centre of the scene
 * @param radius radius where the path is lowest; it is a little smaller where the path is highest
 * @param lowHeight above the ground
 * @param highHeight above the ground
 * @param focalShare focal length as a fraction of the picture's width
 */
record CameraPath(
    Vec target, double radius, double lowHeight, double highHeight, double focalShare) {
  private static final double HIGH_RADIUS_SHARE = 0.85;
  private static final double ARC = Math.toRadians(110);
  private static final double SHAKE = 0.04; // largest shake as a fraction of the radius
  private static final double[] UP = {0, 0, 1};

  List<Camera> cameras(int views, int width, int height, long seed) {
    double focal = focalShare * width;
    Intrinsics intrinsics = new Intrinsics(width, height, focal, focal, width / 2.0, height / 2.0);
    List<Camera> cameras = new ArrayList<>();
    for (int i = 0; i < views; i++) {
      double turn = 2 * Math.PI * i / views;
      double angle = ARC / 2 * Math.sin(turn);
      double lift = (1 + Math.cos(turn)) / 2;
      double ring = radius * (1 + (HIGH_RADIUS_SHARE - 1) * lift);
      double eyeHeight = lowHeight + (highHeight - lowHeight) * lift;
      double[] eye = {
        ring * Math.cos(angle) + shake(seed, i, 0),
        ring * Math.sin(angle) + shake(seed, i, 1),
        eyeHeight + shake(seed, i, 2)
      };
      double[] aim = {
        target.x() + shake(seed, i, 3),
        target.y() + shake(seed, i, 4),
        target.z() + shake(seed, i, 5)
      };
      cameras.add(Camera.lookingAt(intrinsics, eye, aim, UP));
    }
    return cameras;
  }

  private double shake(long seed, int view, int draw) {
    return radius * SHAKE * (2 * CounterRandom.uniform(seed, 0, view, draw) - 1);
  }
}
