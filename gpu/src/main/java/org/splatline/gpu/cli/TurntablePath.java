package org.splatline.gpu.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.StartingPoints;

/**
 * A smooth, closed path of a camera around a scene, on the circle that its photographs were taken
 * from: around the point nearest to all optical axes, at their mean distance and height. Where no
 * photograph was taken from more than a quarter of the circle, the camera swings along the rest and
 * back, because a model shows nothing good from elsewhere.
 */
final class TurntablePath {
  private static final double LARGEST_GAP = Math.PI / 2;

  private final double[] target;
  private final double[] up;
  private final double[] right; // across up; angle 0
  private final double[] ahead; // angle pi / 2
  private final double radius;
  private final double height;
  private final double firstAngle;
  private final double arc; // from firstAngle; 2 pi: the whole circle

  TurntablePath(List<Camera> cameras) {
    target = StartingPoints.nearestToAxes(cameras);
    double[] sum = new double[3];
    for (Camera camera : cameras) {
      double[] rotation = camera.rotation();
      for (int i = 0; i < 3; i++) {
        sum[i] -= rotation[3 + i]; // y points down
      }
    }
    up = normalized(sum);
    right =
        normalized(
            Math.abs(up[0]) < 0.9
                ? across(new double[] {1, 0, 0})
                : across(new double[] {0, 1, 0}));
    ahead =
        new double[] {
          up[1] * right[2] - up[2] * right[1],
          up[2] * right[0] - up[0] * right[2],
          up[0] * right[1] - up[1] * right[0]
        };
    double radii = 0;
    double heights = 0;
    double[] angles = new double[cameras.size()];
    for (int i = 0; i < angles.length; i++) {
      double[] center = cameras.get(i).center();
      double[] from = {center[0] - target[0], center[1] - target[1], center[2] - target[2]};
      double x = dot(from, right);
      double y = dot(from, ahead);
      radii += Math.hypot(x, y);
      heights += dot(from, up);
      angles[i] = Math.atan2(y, x);
    }
    radius = radii / angles.length;
    height = heights / angles.length;
    Arrays.sort(angles);
    double widest = angles[0] + 2 * Math.PI - angles[angles.length - 1];
    double after = angles[0];
    for (int i = 1; i < angles.length; i++) {
      if (angles[i] - angles[i - 1] > widest) {
        widest = angles[i] - angles[i - 1];
        after = angles[i];
      }
    }
    firstAngle = after;
    arc = widest > LARGEST_GAP ? 2 * Math.PI - widest : 2 * Math.PI;
  }

  /** The cameras of {@code frames} frames; the last one is followed by the first one. */
  List<Camera> cameras(Intrinsics intrinsics, int frames) {
    List<Camera> path = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      double turn = 2 * Math.PI * i / frames;
      double angle = firstAngle + (arc == 2 * Math.PI ? turn : arc * (1 - Math.cos(turn)) / 2);
      double[] eye = new double[3];
      for (int k = 0; k < 3; k++) {
        eye[k] =
            target[k]
                + radius * (Math.cos(angle) * right[k] + Math.sin(angle) * ahead[k])
                + height * up[k];
      }
      path.add(Camera.lookingAt(intrinsics, eye, target, up));
    }
    return path;
  }

  private double[] across(double[] direction) {
    double along = dot(direction, up);
    return new double[] {
      direction[0] - along * up[0], direction[1] - along * up[1], direction[2] - along * up[2]
    };
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  private static double[] normalized(double[] v) {
    double length = Math.sqrt(dot(v, v));
    return new double[] {v[0] / length, v[1] / length, v[2] / length};
  }
}
