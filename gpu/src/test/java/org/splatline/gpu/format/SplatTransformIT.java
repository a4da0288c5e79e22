package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * PlayCanvas' splat-transform reads each format that we write, and we read what it writes, at each
 * SH degree, with values at the ends of what formats hold.
 */
class SplatTransformIT {
  private static final int N = 2000;
  private static final double EPSILON = 1e-5; // of floats

  @TempDir static Path folder;
  private static final Map<Integer, Gaussians> MODELS = new LinkedHashMap<>();

  /**
   * A format to judge.
   *
   * @param name its file's name
   * @param options for splat-transform to write it
   * @param closeness how far a file may be off
   */
  private record Format(String name, List<String> options, Closeness closeness) {
    Path file(String writer, int shDegree) {
      return folder.resolve("%s-%d-%s".formatted(writer, shDegree, name));
    }

    /** What splat-transform reads in our file, as a .ply. */
    Path readByIt(int shDegree) {
      return folder.resolve("read-%d-%s.ply".formatted(shDegree, name));
    }

    /** What splat-transform reads in its own file, as a .ply. */
    Path itsOwn(int shDegree) {
      return folder.resolve("own-%d-%s.ply".formatted(shDegree, name));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Format> formats() {
    List<Format> formats = new ArrayList<>();
    for (String name : ModelFormats.writable()) {
      if (ModelFormats.readable().contains(name)) {
        formats.addAll(formats(name));
      }
    }
    return formats;
  }

  private static List<Format> formats(String name) {
    double step = 1.0 / 255;
    return switch (name) {
      case "ply" -> List.of(new Format("a.ply", List.of(), Closeness.SAME_FILE));
      case "compressed.ply" -> {
        // A chunk spans at most the model: positions over 2, ln scales over 16.
        Closeness near =
            new Closeness(
                1 / 1023.0 + EPSILON,
                8 / 1023.0 + EPSILON,
                0.2,
                0.5 * step + EPSILON,
                0.5 * 6 * step + EPSILON,
                1 / 64.0 + EPSILON,
                1 / 64.0 + EPSILON);
        yield List.of(new Format("a.compressed.ply", List.of(), near));
      }
      case "spz" -> {
        // splat-transform's positions have 12 bits after the point, its bands 5 and 4; it rounds
        // bands twice.
        Closeness near =
            new Closeness(
                1 / 8192.0 + EPSILON,
                1 / 32.0 + EPSILON,
                0.3,
                0.5 * step + EPSILON,
                0.5 / 0.15 * step + EPSILON,
                1 / 32.0 + 1 / 256.0 + EPSILON,
                1 / 16.0 + 1 / 256.0 + EPSILON);
        yield List.of(
            new Format("v4.spz", List.of(), near),
            new Format("v3.spz", List.of("--spz-version", "3"), near));
      }
      case "sog" -> {
        // 16 bits of ln(1 + |x|), at most 2; 256 values for ln scales over 16. After one iteration
        // its values for colours, and the centroids of random bands, may be far off. It rounds
        // opacities down.
        Closeness near = new Closeness(1e-4, 16.0 / 256, 1.5, step + EPSILON, 6, 2, 2);
        yield List.of(new Format("a.sog", List.of("-i", "1"), near));
      }
      default -> throw new AssertionError("Add how far a ." + name + " may be off");
    };
  }

  @BeforeAll
  static void convert() throws Exception {
    PublicTools tools = new PublicTools(folder);
    for (int shDegree = 0; shDegree <= 3; shDegree++) {
      PlyModel model = new PlyModel(PublicTools.model(N, shDegree), false);
      MODELS.put(shDegree, model.gaussians());
      Path ply = folder.resolve("model-%d.ply".formatted(shDegree));
      ModelFormats.write(model, ply);
      for (Format format : formats()) {
        Path ours = format.file("ours", shDegree);
        if (format.name().equals("v3.spz")) {
          SpzFormat.write(model, ours, SpzFormat.Version.V3);
        } else {
          ModelFormats.write(model, ours);
        }
        tools.add("splat-transform", ours, format.readByIt(shDegree));
        tools.add(
            "splat-transform",
            ply,
            format.file("theirs", shDegree),
            format.options().toArray(new String[0]));
        tools.add("splat-transform", format.file("theirs", shDegree), format.itsOwn(shDegree));
      }
    }
    tools.run();
  }

  static Stream<Object[]> cases() {
    return formats().stream()
        .flatMap(format -> Stream.of(0, 1, 2, 3).map(degree -> new Object[] {format, degree}));
  }

  /** The tests of each format say how far our reading is from what was written. */
  @ParameterizedTest
  @MethodSource("cases")
  void itReadsOurFiles(Format format, int shDegree) {
    Gaussians itsReading = ModelFormats.read(format.readByIt(shDegree)).gaussians();
    assertThat(itsReading.size()).isEqualTo(N);
    Closeness.SAME_FILE.check(
        itsReading, ModelFormats.read(format.file("ours", shDegree)).gaussians());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void weReadItsFiles(Format format, int shDegree) {
    Gaussians read = ModelFormats.read(format.file("theirs", shDegree)).gaussians();
    Gaussians written = MODELS.get(shDegree);
    assertThat(read.size()).isEqualTo(N);
    format.closeness().check(read, written.rows(Closeness.nearest(written, read)));
    Closeness.SAME_FILE.check(read, ModelFormats.read(format.itsOwn(shDegree)).gaussians());
  }
}
