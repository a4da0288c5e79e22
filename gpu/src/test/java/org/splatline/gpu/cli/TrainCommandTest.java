package org.splatline.gpu.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.earlier.EarlierFiles;
import org.splatline.gpu.metric.TinyLpips;
import picocli.CommandLine;

/** The commands {@code train} and {@code eval}. */
class TrainCommandTest {
  private static final List<String> KEYS =
      List.of(
          "schema_version",
          "psnr",
          "psnr_exposure_fitted",
          "train_psnr",
          "ssim",
          "lpips",
          "lpips_convention",
          "views_test",
          "views_train",
          "gaussians",
          "max_gaussians",
          "steps",
          "train_seconds",
          "total_seconds",
          "peak_device_bytes",
          "gaussian_state_bytes",
          "gaussian_state_bytes_fp32",
          "render_fps",
          "backend",
          "device",
          "width",
          "height",
          "seed",
          "profile",
          "config_hash",
          "stopped_by",
          "quality_word",
          "quality_detail",
          "targets",
          "files",
          "file_scores");

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
                .split(" "));
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  private static Answer train(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--scene", scene.toString()));
    arguments.addAll(List.of("--out", out.toString(), "--backend", "cpu", "--steps", "3"));
    arguments.addAll(List.of(more));
    return ask(arguments.toArray(String[]::new));
  }

  private static List<String> keys(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void trainWritesAModelAndMetricsThatEvalRepeats() throws IOException {
    Path out = folder.resolve("out");
    Answer trained = train(out, "--seed", "5");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode metrics = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
    assertThat(keys(metrics)).isEqualTo(KEYS);
    assertThat(metrics.path("steps").asInt()).isEqualTo(3);
    assertThat(metrics.path("seed").asLong()).isEqualTo(5);
    assertThat(metrics.path("views_test").asInt()).isEqualTo(2);
    assertThat(metrics.path("views_train").asInt()).isEqualTo(7);
    assertThat(metrics.path("backend").asText()).isEqualTo("cpu");
    assertThat(metrics.path("peak_device_bytes").isNull()).isTrue();
    assertThat(metrics.path("max_gaussians").asInt()).isEqualTo(5_000_000);
    assertThat(metrics.path("lpips").isNull()).isTrue();
    assertThat(metrics.path("lpips_convention").isNull()).isTrue();
    assertThat(metrics.at("/targets/lpips/value").isNull()).isTrue();
    assertThat(metrics.at("/targets/lpips/met").asBoolean()).isFalse();
    assertThat(metrics.path("files").path("model.ply").asLong())
        .isEqualTo(Files.size(out.resolve("model.ply")));
    JsonNode score = metrics.path("file_scores").path("model.ply");
    assertThat(score.path("psnr")).isEqualTo(metrics.path("psnr"));
    assertThat(score.path("ply_ratio").asDouble()).isOne();

    Path renders = folder.resolve("renders");
    Answer scored =
        ask(
            "eval",
            "--model",
            out.resolve("model.ply").toString(),
            "--scene",
            scene.toString(),
            "--backend",
            "cpu",
            "--renders",
            renders.toString());
    assertThat(scored.code()).as(scored.err()).isZero();
    JsonNode repeated = new ObjectMapper().readTree(scored.out());
    assertThat(keys(repeated)).isEqualTo(KEYS);
    assertThat(repeated.path("max_gaussians").isNull()).as("nothing was trained").isTrue();
    assertThat(repeated.path("psnr").asDouble()).isEqualTo(metrics.path("psnr").asDouble());
    assertThat(repeated.path("ssim").asDouble()).isEqualTo(metrics.path("ssim").asDouble());
    assertThat(renders.resolve("view_000.png.png")).exists();
  }

  @Test
  void aModelBecomesATurntableVideo() throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/ffmpeg")),
        "ffmpeg is missing: apt-get install ffmpeg");
    Path out = folder.resolve("turned");
    assertThat(train(out).code()).isZero();
    Path video = folder.resolve("turntable.mp4");
    Answer answer =
        ask(
            "turntable",
            "--model",
            out.resolve("model.ply").toString(),
            "--scene",
            scene.toString(),
            "--seconds",
            "0.2",
            "--backend",
            "cpu",
            "--out",
            video.toString());
    assertThat(answer.code()).as(answer.err()).isZero();
    String bytes = Files.readString(video, ISO_8859_1);
    assertThat(bytes.substring(4, 8)).isEqualTo("ftyp");
    assertThat(bytes).contains("avc1");
  }

  /** eval reads it from the file. */
  @Test
  void anAntialiasedModelIsScoredAntialiased() throws IOException {
    Path out = folder.resolve("antialiased");
    Answer trained = train(out, "--set", "train.antialiased=true");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode metrics = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
    String model = out.resolve("model.ply").toString();
    Answer scored = ask("eval", "--model", model, "--scene", scene.toString(), "--backend", "cpu");
    assertThat(scored.code()).as(scored.err()).isZero();
    double psnr = new ObjectMapper().readTree(scored.out()).path("psnr").asDouble();
    assertThat(psnr).isEqualTo(metrics.path("psnr").asDouble());
    Path plain = folder.resolve("plain.ply");
    String text = Files.readString(out.resolve("model.ply"), StandardCharsets.ISO_8859_1);
    Files.writeString(
        plain, text.replace("comment SplatRenderMode: mip\n", ""), StandardCharsets.ISO_8859_1);
    Answer other =
        ask("eval", "--model", plain.toString(), "--scene", scene.toString(), "--backend", "cpu");
    assertThat(new ObjectMapper().readTree(other.out()).path("psnr").asDouble()).isNotEqualTo(psnr);
  }

  @Test
  void aLimitOfDeviceMemoryIsPartOfTheConfiguration() throws IOException {
    Answer limited = train(folder.resolve("limited"), "--max-device-memory", "8GiB");
    assertThat(limited.code()).as(limited.err()).isZero();
    Answer free = train(folder.resolve("free"));
    assertThat(free.code()).isZero();
    assertThat(hash("limited")).isNotEqualTo(hash("free"));
    Answer refused = train(folder.resolve("refused"), "--max-device-memory", "lots");
    assertThat(refused.code()).isEqualTo(64);
    assertThat(refused.err()).contains("Invalid size: lots. Write a number with B");
  }

  private static String hash(String out) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve(out).resolve("metrics.json").toFile())
        .path("config_hash")
        .asText();
  }

  @Test
  void lpipsIsMeasuredWhereANetworkIsNamed() throws IOException {
    String model = "quality.lpips-model=" + TinyLpips.write(folder);
    Path out = folder.resolve("with-lpips");
    Answer trained = train(out, "--set", model, "--set", "quality.lpips-convention=alex");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode metrics = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
    double lpips = metrics.path("lpips").asDouble();
    assertThat(lpips).isGreaterThan(0);
    assertThat(metrics.path("lpips_convention").asText()).isEqualTo("alex");
    assertThat(metrics.at("/targets/lpips/value").asDouble()).isEqualTo(lpips);
    assertThat(metrics.at("/targets/lpips/met").asBoolean()).isEqualTo(lpips <= 0.05);

    String ply = out.resolve("model.ply").toString();
    Answer scored =
        ask(
            ("eval --backend cpu --set %s --set quality.target-lpips=%s --set"
                    + " quality.lpips-convention=%s --model %s --scene %s")
                .formatted(model, lpips, "alex", ply, scene)
                .split(" "));
    assertThat(scored.code()).as(scored.err()).isZero();
    JsonNode repeated = new ObjectMapper().readTree(scored.out());
    assertThat(repeated.path("lpips").asDouble()).isEqualTo(lpips);
    assertThat(repeated.at("/targets/lpips/met").asBoolean()).isTrue();
  }

  @Test
  void aNetworkThatIsNotThereIsSaidBeforeTraining() {
    Path out = folder.resolve("without-network");
    Answer answer = train(out, "--set", "quality.lpips-model=" + folder.resolve("absent.onnx"));
    assertThat(answer.code()).isEqualTo(TrainerMain.SCENES_FAILED);
    assertThat(answer.err()).contains("Cannot measure LPIPS", "absent.onnx", "TOOL_MISSING");
    assertThat(out.resolve("model.ply")).doesNotExist();
  }

  @Test
  void aFileOfEarlierNamesTrains() throws IOException {
    Path file = Files.writeString(folder.resolve("progressive_config.yaml"), EarlierFiles.users());
    Path out = folder.resolve("earlier");
    Answer trained = train(out, "--config", file.toString());
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode metrics = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
    assertThat(metrics.path("profile").asText()).isEqualTo("published");
    assertThat(metrics.path("steps").asInt()).isBetween(3, 5); // extended by half
    Files.writeString(file, "training: {max_iteration: 5}");
    Answer refused = train(out, "--config", file.toString());
    assertThat(refused.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(refused.err()).contains("Unknown key training.max_iteration", "max_iterations");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsUsage() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Answer answer = train(file.resolve("out"));
    assertThat(answer.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err()).contains("Cannot write to", "--out");
  }

  @Test
  void aSceneThatIsNotThereIsNamed() {
    Answer answer =
        ask(
            "train",
            "--scene",
            folder.resolve("absent").toString(),
            "--out",
            folder.resolve("o").toString());
    assertThat(answer.code()).isNotZero();
    assertThat(answer.err()).contains("absent");
  }

  @Test
  void aBenchmarkOfNothingIsUsage() {
    for (String wrong : List.of("--size=980", "--size=0x0", "--synthetic=-1", "--steps=0")) {
      Answer answer = ask("bench", wrong);
      assertThat(answer.code()).as(wrong).isEqualTo(TrainerMain.USAGE);
      assertThat(answer.err()).contains("Invalid");
    }
  }
}
