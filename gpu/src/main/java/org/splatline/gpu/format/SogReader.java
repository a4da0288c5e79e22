package org.splatline.gpu.format;

import java.io.IOException;
import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Reads a .sog: see {@link SogFormat#read}. Holds the pixels of at most two pictures at a time. */
final class SogReader {
  /**
   * The most Gaussians per byte of a file. Positions of Gaussians that differ take more than half a
   * bit each; what claims to be denser is made to fill the reader's memory.
   */
  private static final int MAX_PER_BYTE = 16;

  private final Path file;
  private final SogFiles files;
  private final SogMeta meta;
  private final Gaussians gaussians;

  SogReader(Path file, SogFiles files) throws IOException {
    this.file = file;
    this.files = files;
    this.meta = SogMeta.parse(file, files.read(SogMeta.NAME, SogMeta.MAX_BYTES));
    long bytes = files.bytes(meta);
    if (meta.count() > Math.min(MAX_PER_BYTE * bytes, Integer.MAX_VALUE / 48)) {
      throw SogMeta.broken(
          file, "it claims %d Gaussians in %d bytes".formatted(meta.count(), bytes));
    }
    checkSizes();
    this.gaussians =
        Gaussians.zeros(meta.count(), meta.bands().map(SogMeta.Bands::shDegree).orElse(0));
  }

  PlyModel read() throws IOException {
    readMeans();
    readQuats();
    readScales();
    readColours();
    if (meta.bands().isPresent()) {
      readBands(meta.bands().get());
    }
    return new PlyModel(gaussians, meta.antialiased());
  }

  /** Before Gaussians are allocated: a count of millions takes no more bytes than one of ten. */
  private void checkSizes() throws IOException {
    for (String name : meta.pictures().ofGaussians()) {
      LosslessWebp.Size size = picture(name, mostPixels(), LosslessWebp::size);
      if ((long) size.width() * size.height() < meta.count()) {
        throw SogMeta.broken(
            file,
            "%s has %d x %d pixels for %d Gaussians"
                .formatted(name, size.width(), size.height(), meta.count()));
      }
    }
  }

  /** Of a picture with a pixel for each Gaussian: as many again plus a margin. */
  private long mostPixels() {
    return 2L * meta.count() + (1 << 16);
  }

  private int[] picture(String name) throws IOException {
    return picture(name, mostPixels(), LosslessWebp::decode).argb();
  }

  private interface Decoding<T> {
    T of(byte[] bytes, long maxPixels) throws IOException;
  }

  private <T> T picture(String name, long maxPixels, Decoding<T> decoding) throws IOException {
    byte[] bytes = files.read(name, 5 * maxPixels); // more than the worst of encoders makes of them
    try {
      return decoding.of(bytes, maxPixels);
    } catch (IOException e) {
      throw SogMeta.broken(file, "%s cannot be used: %s".formatted(name, e.getMessage()));
    }
  }

  private static int byteOf(int argb, int k) {
    return argb >> (16 - 8 * k) & 255;
  }

  private void readMeans() throws IOException {
    int[] low = picture(meta.pictures().meansLow());
    int[] high = picture(meta.pictures().meansHigh());
    SogCodes.Box box = new SogCodes.Box(meta.mins(), meta.maxs());
    for (int i = 0; i < gaussians.size(); i++) {
      for (int k = 0; k < 3; k++) {
        gaussians.means()[3 * i + k] =
            box.coordinate(byteOf(high[i], k) << 8 | byteOf(low[i], k), k);
      }
    }
  }

  private void readQuats() throws IOException {
    int[] argb = picture(meta.pictures().quats());
    for (int i = 0; i < gaussians.size(); i++) {
      if (argb[i] >>> 24 < SogMeta.FIRST_MODE) {
        throw SogMeta.broken(
            file,
            "the rotation of Gaussian %d has mode %d, not 252 to 255"
                .formatted(i + 1, argb[i] >>> 24));
      }
      SogCodes.setQuat(argb[i], gaussians, i);
    }
  }

  private void readScales() throws IOException {
    int[] argb = picture(meta.pictures().scales());
    for (int i = 0; i < gaussians.logScales().length; i++) {
      gaussians.logScales()[i] = meta.scales()[byteOf(argb[i / 3], i % 3)];
    }
  }

  private void readColours() throws IOException {
    int[] argb = picture(meta.pictures().sh0());
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    for (int i = 0; i < gaussians.size(); i++) {
      for (int k = 0; k < 3; k++) {
        gaussians.shCoefficients()[stride * i + k] = meta.colours()[byteOf(argb[i], k)];
      }
      gaussians.logitOpacities()[i] = Quantisation.logitOpacity(argb[i] >>> 24);
    }
  }

  private void readBands(SogMeta.Bands bands) throws IOException {
    int coefficients = SphericalHarmonics.count(bands.shDegree()) - 1;
    String name = meta.pictures().centroids();
    LosslessWebp.Pixels centroids =
        picture(name, (long) ShPalette.MAX_SIZE * coefficients, LosslessWebp::decode);
    if (centroids.width() != ShPalette.ROW * coefficients
        || (long) ShPalette.ROW * centroids.height() < bands.count()) {
      throw SogMeta.broken(
          file,
          "%s has %d x %d pixels for %d centroids of %d bands"
              .formatted(
                  name, centroids.width(), centroids.height(), bands.count(), bands.shDegree()));
    }
    int[] labels = picture(meta.pictures().labels());
    float[] sh = gaussians.shCoefficients();
    for (int i = 0; i < gaussians.size(); i++) {
      int label = byteOf(labels[i], 0) | byteOf(labels[i], 1) << 8;
      if (label >= bands.count()) {
        throw SogMeta.broken(
            file,
            "Gaussian %d has the label %d of %d centroids".formatted(i + 1, label, bands.count()));
      }
      for (int j = 0; j < coefficients; j++) {
        int argb = centroids.argb()[label * coefficients + j];
        for (int k = 0; k < 3; k++) {
          sh[3 * ((coefficients + 1) * i + 1 + j) + k] = bands.codebook()[byteOf(argb, k)];
        }
      }
    }
  }
}
