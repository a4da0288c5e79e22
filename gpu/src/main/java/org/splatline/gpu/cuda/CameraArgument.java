package org.splatline.gpu.cuda;

import static org.splatline.gpu.backend.SplatConstants.COV2D_DILATION;
import static org.splatline.gpu.backend.SplatConstants.FRUSTUM_SLACK;
import static org.splatline.gpu.backend.SplatConstants.TILE_SIZE;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/** {@code struct Camera} of splat.cuh. */
final class CameraArgument extends StructArgument {
  private final Camera camera;
  private final float dilation;
  private final boolean antialiased;
  private final int width;
  private final int height;

  /** With the usual dilation. */
  CameraArgument(Camera camera) {
    this(camera, COV2D_DILATION, false);
  }

  private CameraArgument(Camera camera, float dilation, boolean antialiased) {
    super(words(camera, dilation, antialiased));
    this.camera = camera;
    this.dilation = dilation;
    this.antialiased = antialiased;
    width = camera.intrinsics().width();
    height = camera.intrinsics().height();
  }

  /** The same camera, with what of the settings is its own. */
  CameraArgument with(RenderSettings settings) {
    return settings.dilation() == dilation && settings.antialiased() == antialiased
        ? this
        : new CameraArgument(camera, settings.dilation(), settings.antialiased());
  }

  private static Object[] words(Camera camera, float dilation, boolean antialiased) {
    Intrinsics in = camera.intrinsics();
    List<Object> words = new ArrayList<>();
    addAll(words, camera.rotation());
    addAll(words, camera.translation());
    addAll(words, camera.center());
    addAll(words, in.fx(), in.fy(), in.cx(), in.cy());
    words.add(FRUSTUM_SLACK * 0.5f * in.width() / (float) in.fx());
    words.add(FRUSTUM_SLACK * 0.5f * in.height() / (float) in.fy());
    words.add(in.width());
    words.add(in.height());
    words.add(tiles(in.width()));
    words.add(tiles(in.height()));
    words.add(dilation);
    words.add(antialiased ? 1 : 0);
    return words.toArray();
  }

  private static void addAll(List<Object> words, double... values) {
    for (double value : values) {
      words.add((float) value);
    }
  }

  private static int tiles(int side) {
    return (side + TILE_SIZE - 1) / TILE_SIZE;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int tilesX() {
    return tiles(width);
  }

  int tilesY() {
    return tiles(height);
  }

  int tiles() {
    return tilesX() * tilesY();
  }

  /** Floats from row to row of a rendered picture on the device. */
  int pitch() {
    return tilesX() * TILE_SIZE;
  }

  /** Floats from channel to channel. */
  int plane() {
    return pitch() * tilesY() * TILE_SIZE;
  }
}
