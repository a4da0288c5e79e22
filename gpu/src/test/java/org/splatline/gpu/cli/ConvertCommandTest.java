package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import picocli.CommandLine;

class ConvertCommandTest {
  private static final Gaussians GAUSSIANS = TestGaussians.random(400, 3, 8);
  private static final Georeference HOME =
      new Georeference(
          new GeoPosition(47.37, 8.54, 410),
          new Similarity(10, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {300, -200, 60}));

  @TempDir Path folder;
  private Path in;

  private record Answer(int code, String out, String err) {}

  private static Answer ask(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Answer(TrainerMain.run(commands, arguments), out.toString(), err.toString());
  }

  /** Converts {@code in} to {@code name} with options that have no blanks. */
  private Answer convert(String name, String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "convert";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = in.toString();
    arguments[options.length + 2] = folder.resolve(name).toString();
    return ask(arguments);
  }

  private PlyModel converted(String... options) {
    Answer answer = convert("out.ply", options);
    assertThat(answer.code()).as(answer.err()).isZero();
    return ModelFormats.read(folder.resolve("out.ply"));
  }

  @BeforeEach
  void write() {
    in = folder.resolve("in.ply");
    ModelFormats.write(new PlyModel(GAUSSIANS, true), in);
  }

  private void writeEnu() {
    ModelFormats.write(new PlyModel(GAUSSIANS, true, Optional.of(HOME)), in);
  }

  @Test
  void printsBytesRatioGaussiansAndSeconds() throws IOException {
    Answer answer = convert("out.compressed.ply");
    assertThat(answer.code()).as(answer.err()).isZero();
    Path out = folder.resolve("out.compressed.ply");
    assertThat(answer.out().strip())
        .matches(
            "Wrote .*out\\.compressed\\.ply: %,d bytes from %,d \\(3\\.\\d\\d times smaller\\), 400"
                    .formatted(Files.size(out), Files.size(in))
                + " Gaussians, SH degree 3, \\d+\\.\\d s");
    assertThat(ModelFormats.read(out).antialiased()).isTrue();
  }

  @Test
  void aFolderHasTheBytesOfAllItsFiles() throws IOException {
    Path meta = Files.createDirectory(folder.resolve("sog")).resolve("meta.json");
    Answer there = convert("sog/meta.json");
    long bytes = ModelFormats.bytes(meta);
    assertThat(bytes).isGreaterThan(Files.size(meta));
    assertThat(there.out()).contains(": %,d bytes from".formatted(bytes));
    in = meta;
    assertThat(convert("out.ply").out()).contains("bytes from %,d (".formatted(bytes));
  }

  @Test
  void writesTheVersionOfSpzThatIsAskedFor() throws IOException {
    Path out = folder.resolve("out.spz");
    assertThat(convert("out.spz").code()).isZero();
    assertThat(Files.readAllBytes(out)).startsWith('N', 'G', 'S', 'P', 4);
    assertThat(convert("out.spz", "--spz-version=3").code()).isZero();
    assertThat(Files.readAllBytes(out)).as("gzip").startsWith(0x1f, 0x8b);
    assertThat(ModelFormats.read(out).gaussians().size()).isEqualTo(400);
  }

  @Test
  void showsProgressOnStandardError() {
    PrintStream before = System.err;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      converted();
    } finally {
      System.setErr(before);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "convert in.ply: reading",
            "convert in.ply: 400 Gaussians read",
            "convert in.ply: writing 400 Gaussians");
  }

  @Test
  void aTerminalShowsOneLine() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    try (StageLine line =
        new StageLine("convert", new PrintStream(shown, true, StandardCharsets.UTF_8), true)) {
      line.show("reading");
      line.show("%,d read", 1000);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r\u001b[Kconvert: reading\r\u001b[Kconvert: 1,000 read\r\u001b[K");
  }

  /** From each format that can be read to each that can be written. */
  @Test
  void convertsBetweenAnyTwo() throws IOException {
    for (String from : ModelFormats.readable()) {
      in = folder.resolve("in." + from);
      if (ModelFormats.writable().contains(from)) {
        ModelFormats.write(new PlyModel(GAUSSIANS, false), in);
      } else {
        Files.write(in, new byte[32 * 400]); // .splat
      }
      for (String to : ModelFormats.writable()) {
        Answer answer = convert("to." + to);
        assertThat(answer.code()).as("%s to %s: %s", from, to, answer.err()).isZero();
        assertThat(answer.out()).contains("400 Gaussians");
      }
    }
  }

  @Test
  void withoutOptionsNothingChanges() {
    assertThat(converted()).isEqualTo(new PlyModel(GAUSSIANS, true));
    writeEnu();
    assertThat(converted().enu()).contains(HOME);
  }

  @Test
  void keepsBandsAndTheMostSignificant() {
    PlyModel model = converted("--sh-degree", "1", "--max-gaussians=33");
    assertThat(model.gaussians().shDegree()).isEqualTo(1);
    assertThat(model.gaussians().size()).isEqualTo(33);
    assertThat(convert("o.ply", "--max-gaussians=33").out()).contains(", 33 of 400 Gaussians,");
  }

  @Test
  void cropsInTheCoordinatesOfTheFile() {
    Gaussians inside = converted("--crop=-0.5,-1,-1,0.5,0,1").gaussians();
    assertThat(inside.size()).isBetween(60, 140);
    for (int i = 0; i < inside.size(); i++) {
      assertThat(inside.means()[3 * i]).isBetween(-0.5f, 0.5f);
      assertThat(inside.means()[3 * i + 1]).isBetween(-1f, 0f);
    }
    writeEnu();
    PlyModel metres = converted("--crop=300,-300,-100,400,0,100");
    assertThat(metres.enu()).contains(HOME);
    assertThat(metres.gaussians().size()).isBetween(1, 399);
    Gaussians rows = metres.inFileFrame();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.means()[3 * i]).isBetween(299.99f, 400f);
    }
  }

  @Test
  void transformsLikeASimilarity() {
    Similarity similarity =
        new Similarity(2, new double[] {0.6, 0, 0.8, 0}, new double[] {1, 2, 3});
    assertThat(converted("--transform=2,0.6,0,0.8,0,1,2,3").gaussians())
        .isEqualTo(GaussianTransform.apply(similarity, GAUSSIANS));
    writeEnu();
    PlyModel moved = converted("--transform=1,1,0,0,0,0,0,5");
    assertThat(moved.enu()).as("no longer a position on the earth").isEmpty();
    double[] mean = {GAUSSIANS.means()[0], GAUSSIANS.means()[1], GAUSSIANS.means()[2]};
    assertThat(moved.gaussians().means()[2])
        .isCloseTo((float) HOME.modelToEnu().apply(mean)[2] + 5, within(1e-3f));
  }

  @Test
  void writesTheFrameAskedFor() {
    float y = GAUSSIANS.means()[1];
    float z = GAUSSIANS.means()[2];
    Gaussians opengl = converted("--frame=opengl").gaussians();
    assertThat(opengl.means()[0]).isEqualTo(GAUSSIANS.means()[0]);
    assertThat(opengl.means()[1]).isEqualTo(-y);
    assertThat(opengl.means()[2]).isEqualTo(-z);
    writeEnu();
    assertThat(converted("--frame=enu").enu()).contains(HOME);
    PlyModel opencv = converted("--frame=opencv");
    assertThat(opencv.enu()).isEmpty();
    assertThat(opencv.gaussians().means()[1]).isCloseTo(y, within(1e-4f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "out.txt | | Cannot write Gaussians to",
        "out.splat | | Use .compressed.ply, .ply,",
        "out.ply | --sh-degree=4 | Invalid --sh-degree: 4 is not 0, 1, 2 or 3",
        "out.ply | --max-gaussians=0 | Invalid --max-gaussians: 0 is not above 0",
        "out.ply | --max-gaussians=few | Invalid value for option '--max-gaussians'",
        "out.spz | --spz-version=2 | Invalid --spz-version: 2 cannot be written. Use 4 or 3",
        "out.ply | --spz-version=3 | it is no .spz. Leave the option out",
        "out.ply | --crop=1,2,3 | 1,2,3 is not X0,Y0,Z0,X1,Y1,Z1",
        "out.ply | --crop=0,0,0,1,1,NaN | 0,0,0,1,1,NaN is not X0",
        "out.ply | --crop=0,0,5,1,1,1 | Invalid --crop: 5.0 is above 1.0",
        "out.ply | --crop=50,50,50,51,51,51 | none of its 400 Gaussians is inside --crop",
        "out.ply | --transform=1,0,0 | 1,0,0 is not SCALE,QW,QX,QY,QZ,X,Y,Z",
        "out.ply | --transform=0,1,0,0,0,0,0,0 | Invalid scale: 0.0",
        "out.ply | --frame=enu | it does not describe that frame",
        "out.ply | --frame=enu --transform=1,1,0,0,0,0,0,0 | Use one of the two options",
        "out.ply | --frame=utm | 'utm'",
        "out.glb | --frame=opengl | the y axis of a .glb always is up",
        "out.ply | --frmae=enu | Did you mean '--frame'?",
      })
  void wrongUsageIsOneSentence(String name, String options, String sentence) {
    Answer answer = convert(name, options == null ? new String[0] : options.split(" ", -1));
    assertThat(answer.code()).as(answer.err()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err()).contains(sentence).hasLineCount(1);
    assertThat(folder.resolve(name)).doesNotExist();
  }

  @Test
  void aBrokenFileIsNotWrittenOn() throws IOException {
    Files.write(in, new byte[100]);
    Answer answer = convert("out.ply");
    assertThat(answer.code()).isEqualTo(TrainerMain.SCENES_FAILED);
    assertThat(answer.err()).contains("Cannot read Gaussians from", "UNSUPPORTED_INPUT");
    assertThat(folder.resolve("out.ply")).doesNotExist();
  }

  @Test
  void helpNamesEachOptionAndTheRule() {
    Answer answer = ask("convert", "--help");
    assertThat(answer.code()).isZero();
    assertThat(answer.out().replaceAll("\\s+", " "))
        .contains("--sh-degree", "--crop", "--transform", "--frame", "docs/formats.md")
        .contains("opacity times projected size");
  }
}
