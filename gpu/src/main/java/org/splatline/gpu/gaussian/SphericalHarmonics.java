package org.splatline.gpu.gaussian;

/**
 * Real spherical harmonics up to degree 3, in the order and with the signs 3DGS files use (Kerbl et
 * al. 2023, after Yu et al. 2021, "PlenOctrees"): colour = max(0, 0.5 + Σ_k coefficient_k ·
 * basis_k(direction)).
 */
public final class SphericalHarmonics {
  /** Band 0: 1 / (2 √π). */
  static final float C0 = (float) 0.28209479177387814;

  private static final float C1 = (float) 0.4886025119029199;
  private static final float C2_0 = (float) 1.0925484305920792;
  private static final float C2_2 = (float) 0.31539156525252005;
  private static final float C2_4 = (float) 0.5462742152960396;
  private static final float C3_0 = (float) 0.5900435899266435;
  private static final float C3_1 = (float) 2.890611442640554;
  private static final float C3_2 = (float) 0.4570457994644658;
  private static final float C3_3 = (float) 0.3731763325901154;
  private static final float C3_5 = (float) 1.445305721320277;

  private SphericalHarmonics() {}

  /** Number of basis functions up to a degree: (degree + 1)². */
  public static int count(int degree) {
    return (degree + 1) * (degree + 1);
  }

  /**
   * Computes the basis at the unit direction (x, y, z).
   *
   * @param basis [count(degree)], overwritten
   */
  public static void basis(int degree, float x, float y, float z, float[] basis) {
    basis[0] = C0;
    if (degree < 1) {
      return;
    }
    basis[1] = -C1 * y;
    basis[2] = C1 * z;
    basis[3] = -C1 * x;
    if (degree < 2) {
      return;
    }
    float xx = x * x;
    float yy = y * y;
    float zz = z * z;
    basis[4] = C2_0 * x * y;
    basis[5] = -C2_0 * y * z;
    basis[6] = C2_2 * (2 * zz - xx - yy);
    basis[7] = -C2_0 * x * z;
    basis[8] = C2_4 * (xx - yy);
    if (degree < 3) {
      return;
    }
    basis[9] = -C3_0 * y * (3 * xx - yy);
    basis[10] = C3_1 * x * y * z;
    basis[11] = -C3_2 * y * (4 * zz - xx - yy);
    basis[12] = C3_3 * z * (2 * zz - 3 * xx - 3 * yy);
    basis[13] = -C3_2 * x * (4 * zz - xx - yy);
    basis[14] = C3_5 * z * (xx - yy);
    basis[15] = -C3_0 * x * (xx - 3 * yy);
  }

  /**
   * Computes the derivatives of the basis by x, y and z, which count as independent variables.
   *
   * @param gradient [count(degree), 3], overwritten
   */
  public static void basisGradient(int degree, float x, float y, float z, float[] gradient) {
    set(gradient, 0, 0, 0, 0);
    if (degree < 1) {
      return;
    }
    set(gradient, 1, 0, -C1, 0);
    set(gradient, 2, 0, 0, C1);
    set(gradient, 3, -C1, 0, 0);
    if (degree < 2) {
      return;
    }
    set(gradient, 4, C2_0 * y, C2_0 * x, 0);
    set(gradient, 5, 0, -C2_0 * z, -C2_0 * y);
    set(gradient, 6, -2 * C2_2 * x, -2 * C2_2 * y, 4 * C2_2 * z);
    set(gradient, 7, -C2_0 * z, 0, -C2_0 * x);
    set(gradient, 8, 2 * C2_4 * x, -2 * C2_4 * y, 0);
    if (degree < 3) {
      return;
    }
    float xx = x * x;
    float yy = y * y;
    float zz = z * z;
    set(gradient, 9, -6 * C3_0 * x * y, -3 * C3_0 * (xx - yy), 0);
    set(gradient, 10, C3_1 * y * z, C3_1 * x * z, C3_1 * x * y);
    set(gradient, 11, 2 * C3_2 * x * y, -C3_2 * (4 * zz - xx - 3 * yy), -8 * C3_2 * y * z);
    set(gradient, 12, -6 * C3_3 * x * z, -6 * C3_3 * y * z, 3 * C3_3 * (2 * zz - xx - yy));
    set(gradient, 13, -C3_2 * (4 * zz - 3 * xx - yy), 2 * C3_2 * x * y, -8 * C3_2 * x * z);
    set(gradient, 14, 2 * C3_5 * x * z, -2 * C3_5 * y * z, C3_5 * (xx - yy));
    set(gradient, 15, -3 * C3_0 * (xx - yy), 6 * C3_0 * x * y, 0);
  }

  private static void set(float[] gradient, int k, float dx, float dy, float dz) {
    gradient[3 * k] = dx;
    gradient[3 * k + 1] = dy;
    gradient[3 * k + 2] = dz;
  }
}
