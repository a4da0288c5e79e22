package org.splatline.gpu.cuda.kernel;

import static org.splatline.gpu.backend.SplatConstants.COV2D_DILATION;
import static org.splatline.gpu.backend.SplatConstants.FRUSTUM_SLACK;
import static org.splatline.gpu.backend.SplatConstants.TILE_SIZE;

import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * {@code struct Camera} of splat.cuh: one view.
 *
 * @param rotation [9] world to camera, row-major
 * @param translation [3] world units
 * @param center [3] where the camera is, world units
 * @param limitX largest x/z at which the projection's derivative is taken
 * @param limitY as {@code limitX}, for y/z
 * @param dilation px² on the diagonal of the 2-D covariance
 * @param antialiased 1: opacity falls as dilation thickens a Gaussian; else 0
 * @param nearPlane camera z up to which Gaussians are culled, world units
 */
public record CameraArgument(
    float[] rotation,
    float[] translation,
    float[] center,
    float fx,
    float fy,
    float cx,
    float cy,
    float limitX,
    float limitY,
    int width,
    int height,
    int tilesX,
    int tilesY,
    float dilation,
    int antialiased,
    float nearPlane)
    implements StructArgument {

  /** With the usual dilation, not antialiased. */
  public static CameraArgument of(Camera camera) {
    Intrinsics in = camera.intrinsics();
    return new CameraArgument(
        floats(camera.rotation()),
        floats(camera.translation()),
        floats(camera.center()),
        (float) in.fx(),
        (float) in.fy(),
        (float) in.cx(),
        (float) in.cy(),
        FRUSTUM_SLACK * 0.5f * in.width() / (float) in.fx(),
        FRUSTUM_SLACK * 0.5f * in.height() / (float) in.fy(),
        in.width(),
        in.height(),
        tilesAcross(in.width()),
        tilesAcross(in.height()),
        COV2D_DILATION,
        0,
        camera.nearPlane());
  }

  /** The same camera with the dilation and the antialiasing of the settings. */
  public CameraArgument with(RenderSettings settings) {
    return new CameraArgument(
        rotation,
        translation,
        center,
        fx,
        fy,
        cx,
        cy,
        limitX,
        limitY,
        width,
        height,
        tilesX,
        tilesY,
        settings.dilation(),
        settings.antialiased() ? 1 : 0,
        nearPlane);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static int tilesAcross(int side) {
    return (side + TILE_SIZE - 1) / TILE_SIZE;
  }

  public int tiles() {
    return tilesX * tilesY;
  }

  /** Floats from row to row of a rendered picture on the device. */
  public int pitch() {
    return tilesX * TILE_SIZE;
  }

  /** Floats from channel to channel. */
  public int plane() {
    return pitch() * tilesY * TILE_SIZE;
  }

  /** The size of the picture that the camera sees. */
  public FrameArgument frame() {
    return new FrameArgument(width, height, tilesX, tilesY, pitch(), plane());
  }

  @Override
  public void write(StructWriter writer) {
    writer
        .and(rotation)
        .and(translation)
        .and(center)
        .and(fx)
        .and(fy)
        .and(cx)
        .and(cy)
        .and(limitX)
        .and(limitY)
        .and(width)
        .and(height)
        .and(tilesX)
        .and(tilesY)
        .and(dilation)
        .and(antialiased)
        .and(nearPlane);
  }
}
