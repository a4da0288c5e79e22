package org.splatline.gpu.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * PlayCanvas' .sog, version 2: parameters as bytes in lossless WebP pictures, a pixel per Gaussian,
 * and a meta.json; about a fifteenth of the .ply. All files are in one zip, uncompressed, or in a
 * folder that is named by its meta.json:
 *
 * <ul>
 *   <li>means_l, means_u: the low and the high byte of 16 bits between {@code mins} and {@code
 *       maxs} of sign(x) · ln(1 + |x|);
 *   <li>quats: the three smaller of wxyz in order, 255 (q / √2 + ½), and alpha 252 + the index of
 *       the largest, which is positive;
 *   <li>scales: codes of 256 values of ln s;
 *   <li>sh0: codes of 256 coefficients of band 0, and in alpha the opacity in 255 steps;
 *   <li>shN_centroids, shN_labels: {@link ShPalette}. 64 centroids a row, a pixel per coefficient,
 *       its RGB the codes of the three colours; labels are r + 256 g.
 * </ul>
 *
 * <p>Coordinates are those of the .ply, as other writers and viewers have them. {@code antialias}
 * and splat-transform's {@code model} say that a model needs the 2-D filter.
 */
public final class SogFormat {
  private SogFormat() {}

  /** Whether a file is the meta.json of a folder rather than a zip. */
  static boolean isFolder(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).equals(SogMeta.NAME);
  }

  /** As {@link #write(PlyModel, Path, Clusterer)}, on the CPU. */
  public static void write(PlyModel model, Path file) {
    write(model, file, new KMeans());
  }

  /**
   * Writes the whole file or nothing; see {@link org.splatline.gpu.io.AtomicFile}. Of a folder,
   * meta.json comes last. Gaussians are written in {@link org.splatline.gpu.gaussian.MortonOrder}.
   * The model's {@link PlyModel#enu} decides the frame of the rows; the file doesn't describe that
   * frame.
   *
   * @param clusterer finds the palette of bands 1 and up
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when a parameter is not
   *     finite, or there are more Gaussians than the pictures can hold
   */
  public static void write(PlyModel model, Path file, Clusterer clusterer) {
    write(model, file, new SogSteps(clusterer));
  }

  /**
   * As {@link #write(PlyModel, Path)}, with a palette that was made before. The model's own bands 1
   * and up are not looked at.
   *
   * @param palette of {@link PlyModel#inFileFrame}, whose rows are in the same order
   */
  public static void write(PlyModel model, Path file, ShPalette palette) {
    write(model, file, new SogSteps(new KMeans()).with(palette));
  }

  static void write(PlyModel model, Path file, SogSteps steps) {
    Gaussians rows = model.inFileFrame();
    FiniteNumbers.check(rows, file.toString());
    steps.palette(rows).ifPresent(palette -> palette.checkFits(rows));
    SogWriter writer = new SogWriter(rows, model.antialiased(), steps, file);
    try {
      if (isFolder(file)) {
        writer.writeFolder();
      } else {
        writer.writeZip();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }

  /**
   * The length of a model's files together, which for a folder are those that its meta.json names.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT as {@link #read} does, of
   *     all but the pictures
   */
  static long bytes(Path file) throws IOException {
    try (SogFiles files = SogFiles.open(file)) {
      return files.bytes(SogMeta.parse(file, files.read(SogMeta.NAME, SogMeta.MAX_BYTES)));
    }
  }

  /**
   * Reads version 2. The frame of the rows counts as the model's frame.
   *
   * @param file a zip, or the meta.json of a folder
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when the file is missing, is
   *     not such a file, is damaged, or claims other contents than it holds
   */
  public static PlyModel read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw SogMeta.broken(file, "there is no such file");
    }
    try (SogFiles files = SogFiles.open(file)) {
      return new SogReader(file, files).read();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
