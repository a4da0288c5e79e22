package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.Clusters;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.cluster.WeightedPoints;
import org.splatline.gpu.gaussian.GaussianSubsets;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * The SH bands 1 and up of a .sog: each Gaussian has the coefficients of one of a number of
 * centroids, and those are rounded to 256 values. To train on what the file will hold, {@link
 * #applyTo} the model, freeze these bands, and write it with {@link SogFormat#write(PlyModel,
 * java.nio.file.Path, ShPalette)}.
 */
public final class ShPalette {
  /** Centroids in one row of the file's picture. */
  static final int ROW = 64;

  /** The most centroids, since a label has 16 bits. */
  static final int MAX_SIZE = 1 << 16;

  /** A centroid takes 45 bytes before compression: with more of them they are most of the file. */
  private static final int GAUSSIANS_PER_CENTROID = 16;

  private final int shDegree;
  private final Codebook codebook;
  private final byte[] codes;
  private final int[] labels;

  /**
   * A palette as a file holds it.
   *
   * @param codes [size, 3 (K - 1)] of the codebook, RGB inside
   * @param labels [N] from 0 to size - 1
   */
  private ShPalette(int shDegree, Codebook codebook, byte[] codes, int[] labels) {
    this.shDegree = shDegree;
    this.codebook = codebook;
    this.codes = codes;
    this.labels = labels;
  }

  /** The size for a number of Gaussians: a sixteenth, in whole rows, one row at least. */
  public static int sizeFor(int numGaussians) {
    int rows = numGaussians / GAUSSIANS_PER_CENTROID / ROW;
    return Math.max(ROW, Math.min(MAX_SIZE, ROW * rows));
  }

  /** For all of a model's bands, weighted by significance. */
  public static ShPalette of(Gaussians gaussians, Clusterer clusterer) {
    return of(
        gaussians,
        GaussianSubsets.significances(gaussians),
        sizeFor(gaussians.size()),
        0,
        clusterer);
  }

  /** As {@link #of(Gaussians, float[], int, long, Clusterer)}, on the CPU. */
  public static ShPalette of(Gaussians gaussians, float[] weights, int size, long seed) {
    return of(gaussians, weights, size, seed, new KMeans());
  }

  /**
   * Finds a palette for the bands 1 and up.
   *
   * @param gaussians of SH degree 1 or more; finite, not changed
   * @param weights [N] how much a Gaussian's squared error counts
   * @param size the most centroids, at most 65,536; fewer where no more are of use
   * @param seed the same one gives the same palette with the same clusterer
   */
  public static ShPalette of(
      Gaussians gaussians, float[] weights, int size, long seed, Clusterer clusterer) {
    checkArgument(
        gaussians.shDegree() > 0, "Cannot make a palette: the Gaussians have no SH bands above 0");
    checkArgument(
        0 < size && size <= MAX_SIZE, "Invalid palette size: %s is not in 1 to %s", size, MAX_SIZE);
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    Clusters clusters =
        clusterer.cluster(
            new WeightedPoints(gaussians.shCoefficients(), stride, 3, stride - 3, weights),
            size,
            seed);
    return of(gaussians.shDegree(), clusters.centroids(), clusters.labels());
  }

  /** Rounds centroids [size, 3 (K - 1)] to a codebook. */
  private static ShPalette of(int shDegree, float[] centroids, int[] labels) {
    Codebook codebook = Codebook.of(centroids);
    byte[] codes = new byte[centroids.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) codebook.code(centroids[i]);
    }
    return new ShPalette(shDegree, codebook, codes, labels);
  }

  /** The number of centroids. */
  public int size() {
    return codes.length / width();
  }

  /** The number of Gaussians that have a label. */
  public int numGaussians() {
    return labels.length;
  }

  /** The degree of the highest band, 1 to 3. */
  public int shDegree() {
    return shDegree;
  }

  /** Sets the bands 1 and up of each Gaussian to those of its centroid. */
  public void applyTo(Gaussians gaussians) {
    checkFits(gaussians);
    int width = width();
    for (int i = 0; i < labels.length; i++) {
      int to = (width + 3) * i + 3;
      int from = width * labels[i];
      for (int j = 0; j < width; j++) {
        gaussians.shCoefficients()[to + j] = value(from + j);
      }
    }
  }

  void checkFits(Gaussians gaussians) {
    checkArgument(
        gaussians.size() == labels.length && gaussians.shDegree() == shDegree,
        "Invalid palette: it is for %s Gaussians of SH degree %s, not for %s of degree %s",
        labels.length,
        shDegree,
        gaussians.size(),
        gaussians.shDegree());
  }

  private int width() {
    return 3 * (SphericalHarmonics.count(shDegree) - 1);
  }

  private float value(int at) {
    return codebook.values()[Byte.toUnsignedInt(codes[at])];
  }

  /** [256] ascending. Not a copy. */
  float[] codebook() {
    return codebook.values();
  }

  /** [size, 3 (K - 1)] codes of the codebook, RGB inside. Not a copy. */
  byte[] codes() {
    return codes;
  }

  /** [N] the centroid of each Gaussian. Not a copy. */
  int[] labels() {
    return labels;
  }
}
