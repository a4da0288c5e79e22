package org.splatline.gpu.cli;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.format.SpzFormat;
import org.splatline.gpu.gaussian.GaussianSubsets;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.Similarity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code splatline convert}: reads a model and writes it in another format, or a part of it. */
@Command(
    name = "convert",
    description = {
      "Convert a model to the format that the name of OUT says, see docs/formats.md.",
      "The options act in this order: --crop, --max-gaussians, --sh-degree, --transform, --frame."
    })
final class ConvertCommand implements Callable<Integer> {
  private static final Similarity HALF_TURN_AROUND_X =
      new Similarity(1, new double[] {0, 1, 0, 0}, new double[3]);

  /** The axes of the file that is written. */
  enum Axes {
    /** The model's own frame, by habit x right, y down, z forward. */
    OPENCV,
    /** As {@link #OPENCV}, turned by half a turn around x: y up, z backward. */
    OPENGL,
    /** East, north, up in metres. */
    ENU
  }

  @Parameters(index = "0", paramLabel = "IN", description = "the model to read")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "the file to write; an existing one is replaced")
  private Path out;

  @Option(
      names = "--sh-degree",
      paramLabel = "DEGREE",
      description = "highest SH degree to keep, 0 to 3 (default: all)")
  private Integer shDegree;

  @Option(
      names = "--max-gaussians",
      paramLabel = "N",
      description =
          "keep the N most significant Gaussians, by opacity times projected size: the mean area of"
              + " a Gaussian seen along its three axes. No view is needed (default: all)")
  private Integer maxGaussians;

  @Option(
      names = "--crop",
      paramLabel = NumberList.Box.NAMES,
      converter = NumberList.Box.class,
      description =
          "keep Gaussians whose centres are in this box, in the coordinates and units of IN")
  private NumberList crop;

  @Option(
      names = "--transform",
      paramLabel = NumberList.Transform.NAMES,
      converter = NumberList.Transform.class,
      description =
          "turn by the quaternion, scale, then move, in the coordinates of IN. The result no longer"
              + " has a position on the earth")
  private NumberList transform;

  @Option(
      names = "--frame",
      paramLabel = "FRAME",
      description =
          "opencv (the model's own frame), opengl (that frame, half a turn around x: y up, z"
              + " backward; not recorded in the file) or enu (metres east, north, up; IN must"
              + " describe it) (default: as IN)")
  private Axes frame;

  @Option(
      names = "--spz-version",
      paramLabel = "V",
      description = "version of a .spz: 4, or 3 for readers that do not know it (default: 4)")
  private Integer spzVersion;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    check();
    Optional<Similarity> similarity = similarity();
    PlyModel read;
    PlyModel model;
    long bytesIn;
    try (StageLine progress = StageLine.toStandardError("convert " + in.getFileName())) {
      progress.show("reading");
      read = ModelFormats.read(in);
      bytesIn = ModelFormats.bytes(in);
      progress.show("%,d Gaussians read", read.gaussians().size());
      model = converted(read, similarity);
      progress.show("writing %,d Gaussians", model.gaussians().size());
      write(model);
    }
    PrintWriter words = spec.commandLine().getOut();
    words.println(
        summary(read, model, bytesIn, ModelFormats.bytes(out), (System.nanoTime() - start) / 1e9));
    words.flush();
    return 0;
  }

  private void write(PlyModel model) {
    if (spzVersion == null) {
      ModelFormats.write(model, out);
    } else {
      SpzFormat.write(model, out, SpzFormat.Version.of(spzVersion, "--spz-version"));
    }
  }

  /** Whatever can be known to fail before anything is read. */
  private void check() {
    ModelFormats.checkReadable(in);
    ModelFormats.checkWritable(out);
    checkArgument(
        shDegree == null || (0 <= shDegree && shDegree <= 3),
        "Invalid --sh-degree: %s is not 0, 1, 2 or 3",
        shDegree);
    checkArgument(
        maxGaussians == null || maxGaussians > 0,
        "Invalid --max-gaussians: %s is not above 0",
        maxGaussians);
    if (spzVersion != null) {
      SpzFormat.Version.of(spzVersion, "--spz-version");
      checkArgument(
          ModelFormats.nameOf(out).equals(Optional.of("spz")),
          "Cannot write %s with --spz-version: it is no .spz. Leave the option out",
          out);
    }
    for (int k = 0; crop != null && k < 3; k++) {
      checkArgument(
          crop.values()[k] <= crop.values()[k + 3],
          "Invalid --crop: %s is above %s. Write the lowest corner first",
          crop.values()[k],
          crop.values()[k + 3]);
    }
    checkArgument(
        frame != Axes.ENU || transform == null,
        "Cannot convert %s: --transform leaves the frame enu. Use one of the two options",
        in);
    checkArgument(
        frame != Axes.OPENGL || !ModelFormats.nameOf(out).equals(Optional.of("glb")),
        "Cannot write %s with --frame opengl: the y axis of a .glb always is up. Leave the option"
            + " out",
        out);
  }

  private PlyModel converted(PlyModel read, Optional<Similarity> similarity) {
    PlyModel kept = new PlyModel(subset(read), read.antialiased(), read.enu());
    PlyModel moved =
        similarity
            .map(
                s ->
                    new PlyModel(
                        GaussianTransform.apply(s, kept.inFileFrame()), kept.antialiased()))
            .orElse(kept);
    return frame == null ? moved : inFrame(moved);
  }

  private Gaussians subset(PlyModel model) {
    Gaussians gaussians = model.gaussians();
    if (crop != null) {
      double[] corners = crop.values();
      int[] inside =
          GaussianSubsets.inBox(
              model.inFileFrame().means(),
              Arrays.copyOf(corners, 3),
              Arrays.copyOfRange(corners, 3, 6));
      checkArgument(
          inside.length > 0,
          "Cannot convert %s: none of its %s Gaussians is inside --crop. Use a larger box",
          in,
          gaussians.size());
      gaussians = gaussians.rows(inside);
    }
    if (maxGaussians != null && maxGaussians < gaussians.size()) {
      gaussians = gaussians.rows(GaussianSubsets.mostSignificant(gaussians, maxGaussians));
    }
    return shDegree == null ? gaussians : GaussianSubsets.withBandsUpTo(shDegree, gaussians);
  }

  private Optional<Similarity> similarity() {
    return Optional.ofNullable(transform)
        .map(NumberList::values)
        .map(v -> new Similarity(v[0], Arrays.copyOfRange(v, 1, 5), Arrays.copyOfRange(v, 5, 8)));
  }

  private PlyModel inFrame(PlyModel model) {
    return switch (frame) {
      case OPENCV -> new PlyModel(model.gaussians(), model.antialiased());
      case OPENGL ->
          new PlyModel(
              GaussianTransform.apply(HALF_TURN_AROUND_X, model.gaussians()), model.antialiased());
      case ENU -> {
        checkArgument(
            model.enu().isPresent(),
            "Cannot convert %s to --frame enu: it does not describe that frame. Use a .ply that was"
                + " exported with export.frame=enu",
            in);
        yield model;
      }
    };
  }

  private String summary(
      PlyModel read, PlyModel written, long bytesIn, long bytesOut, double seconds) {
    int before = read.gaussians().size();
    int after = written.gaussians().size();
    return String.format(
        Locale.ROOT,
        "Wrote %s: %,d bytes from %,d (%s), %s Gaussians, SH degree %d, %.1f s",
        out,
        bytesOut,
        bytesIn,
        ratio(bytesIn, bytesOut),
        after == before
            ? String.format(Locale.ROOT, "%,d", after)
            : String.format(Locale.ROOT, "%,d of %,d", after, before),
        written.gaussians().shDegree(),
        seconds);
  }

  private static String ratio(long before, long after) {
    return before >= after
        ? String.format(Locale.ROOT, "%.2f times smaller", before / (double) after)
        : String.format(Locale.ROOT, "%.2f times larger", after / (double) Math.max(1, before));
  }
}
