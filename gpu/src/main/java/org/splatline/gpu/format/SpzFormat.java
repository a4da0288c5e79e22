package org.splatline.gpu.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Niantic's .spz: parameters rounded to bytes, then compressed; about a tenth of the .ply. Little-
 * endian. The arrays are {@link SpzArray}'s, one after the other:
 *
 * <ul>
 *   <li>positions: three integers of 24 bits, in units of 2^-fractionalBits;
 *   <li>alphas: the opacity in 255 steps;
 *   <li>colours: 255 (0.15 c + 0.5) for the coefficients c of band 0;
 *   <li>scales: 16 (ln s + 10);
 *   <li>rotations: 2 bits for the index of the largest of xyzw, then a sign and 9 bits for each
 *       other in order, in units of √½ / 511; the largest is positive. Version 2: a byte for each
 *       of xyz, 127.5 (q + 1); w is positive;
 *   <li>bands 1 and up: coefficient by coefficient, RGB inside: 128 (c + 1). A writer may round to
 *       fewer bits ({@link SpzPrecision}), which compresses better and which readers need not know.
 * </ul>
 *
 * <p>Version 4 has a header of 32 bytes, a table of sizes and one zstd frame per array that is not
 * empty. Versions 2 and 3 are one gzip stream of a header of 16 bytes and the arrays.
 *
 * <p>Coordinates are those of the .ply, x right, y down, z forward, as PlayCanvas' splat-transform
 * and the viewer Spark write and read them. The format's text says y up, z backward, but a file
 * can't be told from one that follows practice unless Adobe's extension for the coordinate system
 * names its axes; then they are turned ({@link SpzAxes}).
 */
public final class SpzFormat {

  /** A version to write. */
  public enum Version {
    /** gzip; every viewer reads it. */
    V3(3),
    /** zstd; smaller and faster to read. */
    V4(4);

    private final int number;

    Version(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    /**
     * The version of a number.
     *
     * @param name of the setting, for the message
     * @throws IllegalArgumentException if it isn't one that is written
     */
    public static Version of(int number, String name) {
      for (Version version : values()) {
        if (version.number == number) {
          return version;
        }
      }
      throw new IllegalArgumentException(
          "Invalid %s: %d cannot be written. Use 4 or 3".formatted(name, number));
    }
  }

  private SpzFormat() {}

  /** Writes version 4; see {@link #write(PlyModel, Path, Version)}. */
  public static void write(PlyModel model, Path file) {
    write(model, file, Version.V4);
  }

  /**
   * Writes the whole file or nothing; see {@link org.splatline.gpu.io.AtomicFile}. Gaussians are
   * written in {@link org.splatline.gpu.gaussian.MortonOrder}, rounded as {@link SpzPrecision}
   * says. The model's {@link PlyModel#enu} decides the frame of the rows; the file doesn't describe
   * that frame.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when a parameter is not
   *     finite, or a position is farther from the origin than the format can hold
   */
  public static void write(PlyModel model, Path file, Version version) {
    new SpzRounding(
            model, version, ModelRounding.USUAL_PSNR, ModelRounding.USUAL_LOSS, file.toString())
        .write(model.gaussians(), file);
  }

  /**
   * Reads versions 2 to 4 and SH degrees 0 to 3. The frame of the rows counts as the model's frame.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when the file is missing, is
   *     not such a file, is truncated, or claims other contents than it holds
   */
  public static PlyModel read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw SpzHeader.broken(file.toString(), "there is no such file");
    }
    try {
      return SpzReader.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
