package org.splatline.gpu.geo;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations (Golub and
 * Van Loan, "Matrix Computations", section 8.5). Exact to rounding, also for equal eigenvalues.
 *
 * @param values [n] largest first
 * @param vectors [n][n] unit vectors, one per row, in the order of the values
 */
record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int MAX_SWEEPS = 30; // 4x4: below 8 in practice

  /** Decomposes {@code matrix}, [n][n], which is not changed. */
  static SymmetricEigen of(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      rows[i][i] = 1;
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a); sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (a[p][q] != 0) {
            rotate(a, rows, p, q);
          }
        }
      }
    }
    return sorted(a, rows);
  }

  private static boolean isDiagonal(double[][] a) {
    double onDiagonal = 0;
    double off = 0;
    for (int i = 0; i < a.length; i++) {
      onDiagonal += Math.abs(a[i][i]);
      for (int j = 0; j < i; j++) {
        off += Math.abs(a[i][j]);
      }
    }
    return off <= 1e-18 * onDiagonal;
  }

  /** Makes a[p][q] zero, with the smaller of the two possible angles. */
  private static void rotate(double[][] a, double[][] rows, int p, int q) {
    double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double tangent = Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
    double cosine = 1 / Math.hypot(1, tangent);
    double sine = tangent * cosine;
    for (double[] row : a) {
      double left = row[p];
      row[p] = cosine * left - sine * row[q];
      row[q] = sine * left + cosine * row[q];
    }
    turnRows(a, p, q, cosine, sine);
    turnRows(rows, p, q, cosine, sine);
  }

  private static void turnRows(double[][] m, int p, int q, double cosine, double sine) {
    for (int k = 0; k < m.length; k++) {
      double upper = m[p][k];
      m[p][k] = cosine * upper - sine * m[q][k];
      m[q][k] = sine * upper + cosine * m[q][k];
    }
  }

  private static SymmetricEigen sorted(double[][] a, double[][] rows) {
    int[] order =
        IntStream.range(0, a.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -a[i][i]))
            .mapToInt(i -> i)
            .toArray();
    return new SymmetricEigen(
        Arrays.stream(order).mapToDouble(i -> a[i][i]).toArray(),
        Arrays.stream(order).mapToObj(i -> rows[i]).toArray(double[][]::new));
  }
}
