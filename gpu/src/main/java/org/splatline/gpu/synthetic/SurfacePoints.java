package org.splatline.gpu.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/** Exact points on the surfaces that the cameras see, like those of structure from motion. */
record SurfacePoints(List<Point> points) {
  private static final int POINTS_PER_VIEW = 250;
  private static final double OCCLUDED_BEFORE = 1e-3; // fraction of the distance
  private static final int MIN_TRACK = 2;
  private static final int MOST_TRACK = 30; // of more views, every second, third … is asked

  /**
   * @param color linear RGB in the first observation
   * @param track its observations in the views that see it
   */
  record Point(Vec position, Vec color, List<Observation> track) {}

  /** An observation at (u, v) px of a view. */
  record Observation(int viewIndex, double u, double v) {}

  static SurfacePoints sample(World world, List<Camera> cameras, long seed) {
    List<Point> points = new ArrayList<>();
    for (int view = 0; view < cameras.size(); view++) {
      Camera camera = cameras.get(view);
      Film.Optics optics = new Film.Optics(camera, Lens.PERFECT);
      for (int i = 0; i < POINTS_PER_VIEW; i++) {
        double u = camera.intrinsics().width() * CounterRandom.uniform(seed, view, i, 0);
        double v = camera.intrinsics().height() * CounterRandom.uniform(seed, view, i, 1);
        Ray ray = optics.ray(u, v);
        World.Hit hit = world.nearest(ray);
        if (hit.solid() != null) {
          Vec position = ray.at(hit.distance());
          List<Observation> track = track(world, cameras, view, position);
          if (track.size() >= MIN_TRACK) {
            points.add(new Point(position, world.color(ray, hit), track));
          }
        }
      }
    }
    return new SurfacePoints(List.copyOf(points));
  }

  private static List<Observation> track(
      World world, List<Camera> cameras, int first, Vec position) {
    List<Observation> track = new ArrayList<>();
    int apart = Math.max(1, cameras.size() / MOST_TRACK);
    for (int view = first % apart; view < cameras.size(); view += apart) {
      Camera camera = cameras.get(view);
      double[] r = camera.rotation();
      double[] t = camera.translation();
      double x = r[0] * position.x() + r[1] * position.y() + r[2] * position.z() + t[0];
      double y = r[3] * position.x() + r[4] * position.y() + r[5] * position.z() + t[1];
      double z = r[6] * position.x() + r[7] * position.y() + r[8] * position.z() + t[2];
      if (z <= 0) {
        continue;
      }
      Intrinsics intrinsics = camera.intrinsics();
      double u = intrinsics.fx() * x / z + intrinsics.cx();
      double v = intrinsics.fy() * y / z + intrinsics.cy();
      boolean inside = 0 <= u && u < intrinsics.width() && 0 <= v && v < intrinsics.height();
      if (inside && isVisible(world, camera, position)) {
        track.add(new Observation(view, u, v));
      }
    }
    return List.copyOf(track);
  }

  private static boolean isVisible(World world, Camera camera, Vec position) {
    double[] center = camera.center();
    Vec eye = new Vec(center[0], center[1], center[2]);
    Vec way = position.minus(eye);
    double distance = way.length();
    double nearest = world.nearest(new Ray(eye, way.times(1 / distance))).distance();
    return nearest > distance * (1 - OCCLUDED_BEFORE);
  }
}
