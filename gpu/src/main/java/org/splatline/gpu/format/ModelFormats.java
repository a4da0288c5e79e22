package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The file formats of models. A file's name ends with a dot and the name of its format, in any
 * case; meta.json is a .sog in a folder. docs/formats.md compares them.
 */
public final class ModelFormats {
  /** A name that ends another one stands after it: ply after compressed.ply. */
  private static final List<Format> FORMATS =
      List.of(
          Format.of("compressed.ply", PlyFormat::read, CompressedPlyFormat::write),
          Format.of("ply", PlyFormat::read, PlyFormat::write),
          Format.of("spz", SpzFormat::read, SpzFormat::write),
          new Format("sog", Optional.of(SogFormat::read), Optional.of(SogFormat::write)),
          Format.readOnly("splat", SplatFormat::read),
          Format.writeOnly("glb", GlbFormat::write));

  private record Format(
      String name, Optional<Function<Path, PlyModel>> reader, Optional<Writer> writer) {

    interface Writer {
      void write(PlyModel model, Path file, Clusterer clusterer);
    }

    static Format of(
        String name, Function<Path, PlyModel> reader, BiConsumer<PlyModel, Path> writer) {
      return new Format(name, Optional.of(reader), Optional.of(plain(writer)));
    }

    static Format readOnly(String name, Function<Path, PlyModel> reader) {
      return new Format(name, Optional.of(reader), Optional.empty());
    }

    static Format writeOnly(String name, BiConsumer<PlyModel, Path> writer) {
      return new Format(name, Optional.empty(), Optional.of(plain(writer)));
    }

    private static Writer plain(BiConsumer<PlyModel, Path> writer) {
      return (model, file, clusterer) -> writer.accept(model, file);
    }
  }

  private ModelFormats() {}

  /** The names of the formats that can be read. */
  public static List<String> readable() {
    return FORMATS.stream().filter(f -> f.reader().isPresent()).map(Format::name).toList();
  }

  /** The names of the formats that can be written. */
  public static List<String> writable() {
    return FORMATS.stream().filter(f -> f.writer().isPresent()).map(Format::name).toList();
  }

  /** The name of a file's format; empty if it has none of them. */
  public static Optional<String> nameOf(Path file) {
    return format(file).map(Format::name);
  }

  private static Optional<Format> format(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String ending = SogFormat.isFolder(file) ? ".sog" : name;
    return FORMATS.stream().filter(format -> ending.endsWith("." + format.name())).findFirst();
  }

  /**
   * Reads a model whose format its name says. All its numbers are finite, but for opacities of
   * exactly 0 or 1.
   *
   * @throws IllegalArgumentException if the name is that of no format that can be read
   * @throws SceneException UNSUPPORTED_INPUT when the file is missing or broken, or holds NaN or
   *     infinite numbers
   */
  public static PlyModel read(Path file) {
    PlyModel model = reader(file).apply(file);
    checkNumbers(file, model.gaussians());
    return model;
  }

  /** The length of a model that can be read: of all its files, if it is a folder. */
  public static long bytes(Path file) throws IOException {
    return SogFormat.isFolder(file) ? SogFormat.bytes(file) : Files.size(file);
  }

  /** Whether {@link #read} reads files of this name. */
  public static boolean isReadable(Path file) {
    return format(file).flatMap(Format::reader).isPresent();
  }

  /** Throws {@link IllegalArgumentException} if {@link #read} can't read files of this name. */
  public static void checkReadable(Path file) {
    reader(file);
  }

  /** Throws {@link IllegalArgumentException} if {@link #write} can't write files of this name. */
  public static void checkWritable(Path file) {
    writer(file);
  }

  /**
   * Throws {@link SceneException} TOOL_INCOMPATIBLE if one of the formats can't be written on this
   * machine. Called before training, so that no training is wasted.
   */
  public static void checkMachine(List<String> formats) {
    if (formats.contains("sog")) {
      LosslessWebp.check();
    }
  }

  /**
   * Writes a model in the format that the name says, whole or not at all.
   *
   * @throws IllegalArgumentException if the name is that of no format that can be written
   */
  public static void write(PlyModel model, Path file) {
    write(model, file, new KMeans());
  }

  /**
   * As {@link #write(PlyModel, Path)}, with the k-means of a device for the formats that need it.
   */
  public static void write(PlyModel model, Path file, Clusterer clusterer) {
    writer(file).write(model, file, clusterer);
  }

  /**
   * As {@link #rounding(String, PlyModel, double, double, SpzFormat.Version, Clusterer)}, with
   * version 4 of .spz.
   */
  public static Optional<ModelRounding> rounding(
      String format, PlyModel model, double psnr, double loss, Clusterer clusterer) {
    return rounding(format, model, psnr, loss, SpzFormat.Version.V4, clusterer);
  }

  /**
   * How a format rounds a model; empty if it keeps all numbers, or can't be asked part by part.
   *
   * @param psnr of the model, dB
   * @param loss by which the rounding of bands may lower it, dB
   * @param spz the version of a .spz
   * @param clusterer for the formats that need it
   * @throws SceneException UNSUPPORTED_INPUT when the format can't hold the model
   */
  public static Optional<ModelRounding> rounding(
      String format,
      PlyModel model,
      double psnr,
      double loss,
      SpzFormat.Version spz,
      Clusterer clusterer) {
    String file = "model." + format;
    return switch (format) {
      case "spz" -> Optional.of(new SpzRounding(model, spz, psnr, loss, file));
      case "sog" -> Optional.of(new SogRounding(model, clusterer, Path.of(file)));
      default -> Optional.empty();
    };
  }

  private static Function<Path, PlyModel> reader(Path file) {
    return access(file, Format::reader, "read", "from", readable());
  }

  private static Format.Writer writer(Path file) {
    return access(file, Format::writer, "write", "to", writable());
  }

  private static <T> T access(
      Path file,
      Function<Format, Optional<T>> way,
      String verb,
      String preposition,
      List<String> names) {
    Optional<T> access = format(file).flatMap(way);
    checkArgument(
        access.isPresent(),
        "Cannot %s Gaussians %s %s: its name does not end with a format that can be %s. Use .%s.",
        verb,
        preposition,
        file,
        verb.equals("read") ? verb : "written",
        String.join(", .", names));
    return access.orElseThrow();
  }

  private static void checkNumbers(Path file, Gaussians gaussians) {
    for (ParameterFamily family : ParameterFamily.values()) {
      float[] values = gaussians.array(family);
      for (int i = 0; i < values.length; i++) {
        boolean isUsable =
            family == ParameterFamily.LOGIT_OPACITIES
                ? !Float.isNaN(values[i])
                : Float.isFinite(values[i]);
        if (!isUsable) {
          throw new SceneException(
              Verdict.UNSUPPORTED_INPUT,
              "Cannot read Gaussians from %s: %s of Gaussian %d of %d holds %s. Export it again with finite numbers."
                  .formatted(
                      file,
                      family.glossaryName(),
                      i / gaussians.width(family) + 1,
                      gaussians.size(),
                      values[i]));
        }
      }
    }
  }
}
