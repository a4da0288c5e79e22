package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.scene.colmap.ColmapCamera;

/**
 * A pinhole camera's intrinsics, in pixels of its picture. The picture's corner is (0, 0); the
 * centre of the first pixel is (0.5, 0.5).
 */
public record Intrinsics(int width, int height, double fx, double fy, double cx, double cy) {

  public Intrinsics {
    checkArgument(width > 0 && height > 0, "Invalid picture size: %s x %s px", width, height);
    checkArgument(
        fx > 0 && fy > 0 && Double.isFinite(fx) && Double.isFinite(fy),
        "Invalid focal length: fx %s, fy %s px",
        fx,
        fy);
    checkArgument(
        Double.isFinite(cx) && Double.isFinite(cy),
        "Invalid principal point: cx %s, cy %s px",
        cx,
        cy);
  }

  /** The pinhole part of a camera; all of it where the camera has no distortion. */
  public static Intrinsics of(ColmapCamera camera) {
    return new Intrinsics(
        camera.width(), camera.height(), camera.fx(), camera.fy(), camera.cx(), camera.cy());
  }

  /** The same camera with a picture of another size, scaled by the exact ratio of each side. */
  public Intrinsics resized(int newWidth, int newHeight) {
    double x = (double) newWidth / width;
    double y = (double) newHeight / height;
    return new Intrinsics(newWidth, newHeight, fx * x, fy * y, cx * x, cy * y);
  }
}
