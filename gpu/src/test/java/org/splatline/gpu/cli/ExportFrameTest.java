package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.geo.AlignmentResiduals;
import org.splatline.gpu.geo.GeoAlignment;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.scene.SceneReader;
import picocli.CommandLine;

/** {@code train} with {@code export.frame}, and {@code eval} of what it wrote. */
class ExportFrameTest {
  private static final GeoAlignment ALIGNMENT =
      new GeoAlignment(
          new Georeference(
              new GeoPosition(47.37, 8.54, 410),
              new Similarity(7.5, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {30, -20, 60})),
          10,
          9,
          List.of(),
          new AlignmentResiduals(1, 1, 2, 2));

  @TempDir static Path folder;
  private static Path scene;

  private record Answer(int code, String out, String err) {}

  private static Answer ask(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Answer(TrainerMain.run(commands, arguments), out.toString(), err.toString());
  }

  @BeforeAll
  static void photograph() {
    scene = folder.resolve("studio");
    Answer answer =
        ask(
            "photograph --scene studio --views 9 --size 48x36 --with-model --out"
                .concat(" " + scene)
                .split(" ", -1));
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  @BeforeEach
  void align() throws IOException {
    AlignmentJson.write(ALIGNMENT, scene.resolve(SceneReader.ALIGNMENT));
  }

  private static Answer train(Path out, String frame) {
    return ask(
        "train --backend cpu --steps 20 --set export.frame=%s --set train.sh-every-steps=5 --scene %s --out %s"
            .formatted(frame, scene, out)
            .split(" ", -1));
  }

  private static Path trained(String name, String frame) {
    Path out = folder.resolve(name);
    Answer answer = train(out, frame);
    assertThat(answer.code()).as(answer.err()).isZero();
    return out.resolve("model.ply");
  }

  private static double psnr(Path model) throws IOException {
    Answer answer =
        ask("eval --backend cpu --model %s --scene %s".formatted(model, scene).split(" ", -1));
    assertThat(answer.code()).as(answer.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(answer.out());
    return json.path("psnr").doubleValue();
  }

  private static String header(Path model) throws IOException {
    String text = Files.readString(model, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.indexOf("end_header"));
  }

  @Test
  void bothFramesScoreAlike() throws IOException {
    Path model = trained("model", "model");
    Path enu = trained("enu", "enu");
    assertThat(header(model)).contains("comment splatline frame model\n");
    assertThat(header(enu))
        .contains("comment splatline frame enu\n")
        .contains("comment splatline origin_latitude_degrees 47.37\n");
    assertThat(psnr(enu)).isCloseTo(psnr(model), within(1e-3));

    PlyModel read = PlyFormat.read(enu);
    Gaussians expected = PlyFormat.read(model).gaussians();
    assertThat(read.enu()).contains(ALIGNMENT.georeference());
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(read.gaussians().array(family))
          .as(family.glossaryName())
          .containsExactly(expected.array(family), within(2e-5f));
    }
  }

  /** The test above would pass if nothing were moved; this is what a reader of rows alone sees. */
  @Test
  void withoutItsCommentsAnEnuFileScoresWorse() throws IOException {
    Path enu = trained("bare", "enu");
    double psnr = psnr(enu);
    String text = Files.readString(enu, StandardCharsets.ISO_8859_1);
    Files.writeString(
        enu, text.replace("comment splatline frame enu\n", ""), StandardCharsets.ISO_8859_1);
    assertThat(psnr(enu)).isLessThan(psnr - 1);
  }

  @Test
  void withoutAnAlignmentItIsTheModelsFrame() throws IOException {
    Files.delete(scene.resolve(SceneReader.ALIGNMENT));
    Path model = trained("nowhere", "enu");
    assertThat(header(model)).contains("comment splatline frame model\n");
    assertThat(PlyFormat.read(model).enu()).isEmpty();
  }

  @Test
  void exportsEachFormatAndListsItsBytes() throws IOException {
    Path out = folder.resolve("formats");
    Answer answer =
        ask(
            "train --backend cpu --steps 20 --set export.formats=[ply,compressed.ply,glb] --scene %s --out %s"
                .formatted(scene, out)
                .split(" ", -1));
    assertThat(answer.code()).as(answer.err()).isZero();
    JsonNode files =
        new ObjectMapper().readTree(out.resolve("metrics.json").toFile()).path("files");
    for (String name : List.of("model.ply", "model.compressed.ply", "model.glb")) {
      assertThat(files.path(name).longValue()).isEqualTo(Files.size(out.resolve(name)));
    }
    assertThat(psnr(out.resolve("model.compressed.ply")))
        .as("as good as the .ply, but for rounding")
        .isCloseTo(psnr(out.resolve("model.ply")), within(0.5));
  }

  @Test
  void aBrokenAlignmentStopsWhatAsksForIt() throws IOException {
    Files.writeString(scene.resolve(SceneReader.ALIGNMENT), "{}");
    Path out = folder.resolve("broken");
    Answer answer = train(out, "enu");
    assertThat(answer.code()).isNotZero();
    assertThat(answer.err())
        .contains("Cannot read the alignment", "alignment.json: schema_version is missing");
    assertThat(out.resolve("checkpoints")).as("before training").doesNotExist();
    trained("unasked", "model");
  }
}
