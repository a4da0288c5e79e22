package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.Projection;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.picture.FloatImage;

/** Reads the results of a view from the device, in the shapes that the host uses. */
final class ViewReadback {
  private static final float LOG2_E = (float) 1.4426950408889634;

  private ViewReadback() {}

  /** The projection of {@code n} Gaussians, from the records of the visible ones. */
  static Projection projection(ViewBuffers buffers, int n) {
    int visible = buffers.control.downloadInts(0, 1)[0];
    float[] splats = buffers.splats.downloadFloats(12 * visible);
    int[] indices = buffers.gaussianIndices.downloadInts(0, visible);
    Projection result =
        new Projection(
            new float[2 * n], new float[n], new float[3 * n], new float[n], new float[3 * n]);
    for (int v = 0; v < visible; v++) {
      int i = indices[v];
      int row = 12 * v;
      result.means2d()[2 * i] = splats[row];
      result.means2d()[2 * i + 1] = splats[row + 1];
      result.conics()[3 * i] = splats[row + 2] * 2 / LOG2_E;
      result.conics()[3 * i + 1] = splats[row + 3] / LOG2_E;
      result.conics()[3 * i + 2] = splats[row + 4] * 2 / LOG2_E;
      System.arraycopy(splats, row + 6, result.colors(), 3 * i, 3);
      result.radii()[i] = splats[row + 9];
      result.depths()[i] = splats[row + 10];
    }
    return result;
  }

  /** The picture as [H, W, 3]. The device has one plane per channel, with padded rows. */
  static FloatImage image(ViewBuffers buffers, CameraArgument camera) {
    float[] planes = buffers.image.downloadFloats(3 * camera.plane());
    FloatImage image = new FloatImage(camera.width(), camera.height());
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < camera.height(); y++) {
        int from = c * camera.plane() + y * camera.pitch();
        int to = 3 * y * camera.width() + c;
        for (int x = 0; x < camera.width(); x++) {
          image.rgb()[to + 3 * x] = planes[from + x];
        }
      }
    }
    return image;
  }
}
