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
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0); // zip's first

  private final Gaussians gaussians;
  private final boolean antialiased;
  private final SogCodes.Box box;
  private final Codebook scales;
  private final Codebook colours;
  private final Optional<ShPalette> palette;
  private final Path file;
  private final int[] rows;
  private final int width;
  private final int height;

  SogWriter(Gaussians gaussians, boolean antialiased, SogSteps steps, Path file) {
    if (gaussians.size() > MAX_GAUSSIANS - (1 << 16)) {
      throw FiniteNumbers.unwritable(file.toString(), gaussians.size() + " Gaussians are too many");
    }
    this.gaussians = gaussians;
    this.antialiased = antialiased;
    this.box = steps.box(gaussians);
    this.scales = steps.scales(gaussians);
    this.colours = steps.colours(gaussians);
    this.palette = steps.palette(gaussians);
    this.file = file;
    this.rows = MortonOrder.rows(gaussians.means());
    this.width = 4 * Math.max(1, (int) Math.ceil(Math.sqrt(rows.length) / 4));
    this.height = 4 * Math.max(1, (rows.length + 4 * width - 1) / (4 * width));
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
    SogMeta meta =
        new SogMeta(
            rows.length,
            antialiased,
            box.mins(),
            box.maxs(),
            scales.values(),
            colours.values(),
            palette.map(p -> new SogMeta.Bands(p.size(), p.shDegree(), p.codebook())));
    Map<String, Supplier<LosslessWebp.Pixels>> pictures = new LinkedHashMap<>();
    pictures.put(SogMeta.MEANS_LOW, () -> means(0));
    pictures.put(SogMeta.MEANS_HIGH, () -> means(8));
    pictures.put(SogMeta.QUATS, this::quats);
    pictures.put(SogMeta.SCALES, this::scales);
    pictures.put(SogMeta.SH0, this::colours);
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
        code[k] = box.code(gaussians.means()[3 * rows[i] + k], k) >> shift & 255;
      }
      pixels.argb()[i] = argb(255, code[0], code[1], code[2]);
    }
    return pixels;
  }

  private LosslessWebp.Pixels quats() {
    LosslessWebp.Pixels pixels = picture();
    for (int i = 0; i < rows.length; i++) {
      pixels.argb()[i] = SogCodes.quat(gaussians, rows[i]);
    }
    return pixels;
  }

  private LosslessWebp.Pixels scales() {
    LosslessWebp.Pixels pixels = picture();
    float[] logScales = gaussians.logScales();
    for (int i = 0; i < rows.length; i++) {
      int at = 3 * rows[i];
      pixels.argb()[i] =
          argb(
              255,
              scales.code(logScales[at]),
              scales.code(logScales[at + 1]),
              scales.code(logScales[at + 2]));
    }
    return pixels;
  }

  private LosslessWebp.Pixels colours() {
    LosslessWebp.Pixels pixels = picture();
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    float[] sh = gaussians.shCoefficients();
    for (int i = 0; i < rows.length; i++) {
      int at = stride * rows[i];
      pixels.argb()[i] =
          argb(
              Quantisation.opacity(gaussians.logitOpacities()[rows[i]]),
              colours.code(sh[at]),
              colours.code(sh[at + 1]),
              colours.code(sh[at + 2]));
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
