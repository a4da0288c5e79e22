package org.splatline.gpu.format;

import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;

/** The 3DGS .ply: binary little-endian floats, one row a Gaussian. */
public final class PlyFormat {
  private PlyFormat() {}

  public static void write(Gaussians gaussians, Path file) {
    throw new UnsupportedOperationException("" + gaussians + file);
  }

  public static Gaussians read(Path file) {
    throw new UnsupportedOperationException("" + file);
  }
}
