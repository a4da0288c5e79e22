package org.splatline.gpu.gaussian;

import org.splatline.gpu.geo.Similarity;

/**
 * Transforms Gaussians by a similarity. Cameras transformed in the same way see the same picture.
 */
public final class GaussianTransform {
  private GaussianTransform() {}

  /**
   * New Gaussians; opacities and mask logits are shared with the old ones. Means are mapped.
   * Quaternions are multiplied by the rotation from the left and keep their length. The ln of the
   * scale is added to {@code logScales}. Spherical harmonics are rotated ({@link
   * HarmonicRotation}). All is computed in double and rounded once.
   */
  public static Gaussians apply(Similarity similarity, Gaussians gaussians) {
    return new Gaussians(
        means(similarity, gaussians.means()),
        quats(similarity.quaternion(), gaussians.quats()),
        logScales(Math.log(similarity.scale()), gaussians.logScales()),
        gaussians.logitOpacities(),
        shCoefficients(similarity, gaussians),
        gaussians.shDegree(),
        gaussians.maskLogits());
  }

  private static float[] means(Similarity similarity, float[] means) {
    double[] m = similarity.rotationMatrix();
    double[] translation = similarity.translation();
    float[] moved = new float[means.length];
    for (int i = 0; i < means.length; i += 3) {
      for (int k = 0; k < 3; k++) {
        double turned =
            m[3 * k] * means[i] + m[3 * k + 1] * means[i + 1] + m[3 * k + 2] * means[i + 2];
        moved[i + k] = (float) (similarity.scale() * turned + translation[k]);
      }
    }
    return moved;
  }

  /** Hamilton products r · q. */
  private static float[] quats(double[] r, float[] quats) {
    float[] turned = new float[quats.length];
    for (int i = 0; i < quats.length; i += 4) {
      double w = quats[i];
      double x = quats[i + 1];
      double y = quats[i + 2];
      double z = quats[i + 3];
      turned[i] = (float) (r[0] * w - r[1] * x - r[2] * y - r[3] * z);
      turned[i + 1] = (float) (r[0] * x + r[1] * w + r[2] * z - r[3] * y);
      turned[i + 2] = (float) (r[0] * y - r[1] * z + r[2] * w + r[3] * x);
      turned[i + 3] = (float) (r[0] * z + r[1] * y - r[2] * x + r[3] * w);
    }
    return turned;
  }

  private static float[] logScales(double logScale, float[] logScales) {
    float[] grown = new float[logScales.length];
    for (int i = 0; i < grown.length; i++) {
      grown[i] = (float) (logScales[i] + logScale);
    }
    return grown;
  }

  private static float[] shCoefficients(Similarity similarity, Gaussians gaussians) {
    HarmonicRotation rotation =
        new HarmonicRotation(gaussians.shDegree(), similarity.rotationMatrix());
    float[] turned = new float[gaussians.shCoefficients().length];
    int width = gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    for (int i = 0; i < turned.length; i += width) {
      rotation.apply(gaussians.shCoefficients(), i, turned);
    }
    return turned;
  }
}
