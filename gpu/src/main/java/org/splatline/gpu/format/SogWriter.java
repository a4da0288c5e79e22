package org.splatline.gpu.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.io.AtomicFile;

/** Writes a .sog: see {@link SogFormat#write}. Holds a picture per core and the encoded ones. */
final class SogWriter {
  private static final int MAX_GAUSSIANS = 1 << 28; // in a picture of 16,384 pixels, less 1, a side
  private static final int STEPS = 65_535;
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0); // zip's first

  private final Gaussians gaussians;
  private final boolean antialiased;
  private final Optional<ShPalette> palette;
  private final Path file;
  private final int[] rows;
  private final int width;
  private final int height;
  private final double[] mins = new double[3]; // of positions as the file has them
  private final double[] maxs = new double[3];

  SogWriter(Gaussians gaussians, boolean antialiased, Optional<ShPalette> palette, Path file) {
    if (gaussians.size() > MAX_GAUSSIANS - (1 << 16)) {
      throw FiniteNumbers.unwritable(file.toString(), gaussians.size() + " Gaussians are too many");
    }
    this.gaussians = gaussians;
    this.antialiased = antialiased;
    this.palette = palette;
    this.file = file;
    this.rows = MortonOrder.rows(gaussians.means());
    this.width = 4 * Math.max(1, (int) Math.ceil(Math.sqrt(rows.length) / 4));
    this.height = 4 * Math.max(1, (rows.length + 4 * width - 1) / (4 * width));
    for (int k = 0; k < 3 && rows.length > 0; k++) {
      mins[k] = Double.POSITIVE_INFINITY;
      maxs[k] = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < rows.length; i++) {
        double value = logarithm(gaussians.means()[3 * i + k]);
        mins[k] = Math.min(mins[k], value);
        maxs[k] = Math.max(maxs[k], value);
      }
    }
  }

  private static double logarithm(float value) {
    return Math.copySign(Math.log1p(Math.abs((double) value)), value);
  }

  void writeZip() throws IOException {
    Map<String, byte[]> files = files();
    AtomicFile.write(file, out -> writeZip(files, out));
  }

  private static void writeZip(Map<String, byte[]> files, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out); // the stream below is its owner's to close
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      CRC32 crc = new CRC32();
      crc.update(file.getValue());
      ZipEntry entry = new ZipEntry(file.getKey());
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(file.getValue().length);
      entry.setCrc(crc.getValue());
      entry.setTimeLocal(NO_TIME);
      zip.putNextEntry(entry);
      zip.write(file.getValue());
      zip.closeEntry();
    }
    zip.finish();
  }

  void writeFolder() throws IOException {
    Map<String, byte[]> files = files();
    byte[] meta = files.remove(SogMeta.NAME);
    for (Map.Entry<String, byte[]> picture : files.entrySet()) {
      AtomicFile.write(file.resolveSibling(picture.getKey()), out -> out.write(picture.getValue()));
    }
    AtomicFile.write(file, out -> out.write(meta));
  }

  private Map<String, byte[]> files() {
    Codebook scales = Codebook.of(gaussians.logScales());
    Codebook colours = Codebook.of(baseColours());
    SogMeta meta =
        new SogMeta(
            rows.length,
            antialiased,
            mins,
            maxs,
            scales.values(),
            colours.values(),
            palette.map(p -> new SogMeta.Bands(p.size(), p.shDegree(), p.codebook())));
    Map<String, Supplier<LosslessWebp.Pixels>> pictures = new LinkedHashMap<>();
    pictures.put(SogMeta.MEANS_LOW, () -> means(0));
    pictures.put(SogMeta.MEANS_HIGH, () -> means(8));
    pictures.put(SogMeta.QUATS, this::quats);
    pictures.put(SogMeta.SCALES, () -> scales(scales));
    pictures.put(SogMeta.SH0, () -> colours(colours));
    palette.ifPresent(
        p -> {
          pictures.put(SogMeta.LABELS, () -> labels(p));
          pictures.put(SogMeta.CENTROIDS, () -> centroids(p));
        });
    Map<String, byte[]> encoded = new ConcurrentHashMap<>();
    pictures.entrySet().parallelStream()
        .forEach(
            picture ->
                encoded.put(picture.getKey(), LosslessWebp.encode(picture.getValue().get())));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(SogMeta.NAME, meta.toJson());
    pictures.keySet().forEach(name -> files.put(name, encoded.get(name)));
    return files;
  }

  private LosslessWebp.Pixels picture() {
    return new LosslessWebp.Pixels(width, height, new int[width * height]);
  }

  private static int argb(int a, int r, int g, int b) {
    return a << 24 | r << 16 | g << 8 | b;
  }

  /** The eight bits of the positions from {@code shift} on. */
  private LosslessWebp.Pixels means(int shift) {
    LosslessWebp.Pixels pixels = picture();
    int[] code = new int[3];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < 3; k++) {
        double extent = maxs[k] - mins[k];
        double value = logarithm(gaussians.means()[3 * rows[i] + k]) - mins[k];
        code[k] = extent > 0 ? (int) Math.round(STEPS * (value / extent)) >> shift & 255 : 0;
      }
      pixels.argb()[i] = argb(255, code[0], code[1], code[2]);
    }
    return pixels;
  }

  private LosslessWebp.Pixels quats() {
    LosslessWebp.Pixels pixels = picture();
    double[] wxyz = new double[4];
    int[] others = new int[3];
    for (int i = 0; i < rows.length; i++) {
      Quantisation.unitQuat(gaussians.quats(), rows[i], wxyz);
      int largest = Quantisation.largest(wxyz);
      double sign = wxyz[largest] < 0 ? -1 : 1;
      for (int k = 0, to = 0; k < 4; k++) {
        if (k != largest) {
          others[to++] = Quantisation.toByte(255 * (sign * wxyz[k] / Math.sqrt(2) + 0.5));
        }
      }
      pixels.argb()[i] = argb(SogMeta.FIRST_MODE + largest, others[0], others[1], others[2]);
    }
    return pixels;
  }

  private LosslessWebp.Pixels scales(Codebook codebook) {
    LosslessWebp.Pixels pixels = picture();
    float[] scales = gaussians.logScales();
    for (int i = 0; i < rows.length; i++) {
      int at = 3 * rows[i];
      pixels.argb()[i] =
          argb(
              255,
              codebook.code(scales[at]),
              codebook.code(scales[at + 1]),
              codebook.code(scales[at + 2]));
    }
    return pixels;
  }

  private float[] baseColours() {
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    float[] colours = new float[3 * rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(gaussians.shCoefficients(), stride * i, colours, 3 * i, 3);
    }
    return colours;
  }

  private LosslessWebp.Pixels colours(Codebook codebook) {
    LosslessWebp.Pixels pixels = picture();
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    float[] sh = gaussians.shCoefficients();
    for (int i = 0; i < rows.length; i++) {
      int at = stride * rows[i];
      pixels.argb()[i] =
          argb(
              Quantisation.opacity(gaussians.logitOpacities()[rows[i]]),
              codebook.code(sh[at]),
              codebook.code(sh[at + 1]),
              codebook.code(sh[at + 2]));
    }
    return pixels;
  }

  private LosslessWebp.Pixels labels(ShPalette palette) {
    LosslessWebp.Pixels pixels = picture();
    for (int i = 0; i < rows.length; i++) {
      int label = palette.labels()[rows[i]];
      pixels.argb()[i] = argb(255, label & 255, label >> 8, 0);
    }
    return pixels;
  }

  private static LosslessWebp.Pixels centroids(ShPalette palette) {
    int width = ShPalette.ROW * (SphericalHarmonics.count(palette.shDegree()) - 1);
    int height = (palette.size() + ShPalette.ROW - 1) / ShPalette.ROW;
    int[] argb = new int[width * height];
    byte[] codes = palette.codes();
    for (int i = 0; i < codes.length / 3; i++) {
      argb[i] = argb(255, codes[3 * i] & 255, codes[3 * i + 1] & 255, codes[3 * i + 2] & 255);
    }
    return new LosslessWebp.Pixels(width, height, argb);
  }
}
