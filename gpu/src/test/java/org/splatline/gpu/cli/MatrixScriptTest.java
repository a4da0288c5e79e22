package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

/**
 * The scripts {@code bin/matrix} and {@code bin/frontier}, in a folder like that of the GPU bundle:
 * beside a {@code splatline} that starts these classes. Trains on the CPU.
 */
class MatrixScriptTest {
  private static final Path BIN = Path.of("../bin").toAbsolutePath().normalize();
  private static final int USAGE = 64;

  @TempDir private static Path bundle;

  private record Answer(int code, String out, String err) {
    List<String> rows() {
      return out.lines().filter(line -> line.startsWith("| ")).toList();
    }
  }

  @BeforeAll
  static void makeBundle() throws IOException {
    for (String script : List.of("matrix", "frontier", "lib.py")) {
      Files.copy(BIN.resolve(script), bundle.resolve(script));
    }
    String start =
        "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.awt.headless=true -cp '%s' %s \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                TrainerMain.class.getName());
    Files.writeString(bundle.resolve("splatline"), start);
    assertThat(bundle.resolve("splatline").toFile().setExecutable(true)).isTrue();
    TrainerProcess.makeScene(bundle.resolve("scenes/studio"));
  }

  private static Answer run(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3", bundle.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path out = bundle.resolve("out.txt");
    Path err = bundle.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(bundle.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Answer matrix(String jobs, String out, String... more)
      throws IOException, InterruptedException {
    Files.writeString(bundle.resolve("jobs.json"), jobs);
    List<String> arguments =
        new ArrayList<>(List.of("jobs.json", "--out", out, "--scenes=scenes", "--backend=cpu"));
    arguments.addAll(List.of(more));
    return run("matrix", arguments.toArray(String[]::new));
  }

  /** A jobs file with the scene at half size, these settings, and these seeds. */
  private static String jobs(String settings, String seeds) {
    return """
        {"scenes": {"half": {"folder": "studio", "set": ["image.reduce=2", "train.steps=9"]}},
         "settings": {%s}, "seeds": [%s]}
        """
        .formatted(settings, seeds);
  }

  private static List<JsonNode> results(String out) throws IOException {
    List<JsonNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(bundle.resolve(out).resolve("results.jsonl"))) {
      results.add(new ObjectMapper().readTree(line));
    }
    return results;
  }

  @Test
  void trainsWhatIsMissingAndPrintsTheTable() throws IOException, InterruptedException {
    String plain =
        "\"plain\": {\"profile\": \"vanilla\", \"set\": [\"train.steps=3\"]}, \"file\": {\"config\":"
            + " \"file.yaml\"}";
    Files.writeString(bundle.resolve("file.yaml"), "train: {sh-degree: 0}\n");
    Answer first = matrix(jobs(plain, "1, 2"), "all", "--workers=2");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("matrix 4/4 half, ").contains(" beside others");
    assertThat(first.rows()).hasSize(4);
    assertThat(first.rows().get(0))
        .startsWith(
            "| scene | setting | seeds | PSNR, dB | quality | SSIM | Gaussians | training, s |")
        .endsWith("| device memory, MiB |");
    assertThat(first.rows().get(2))
        .matches(
            "\\| half \\| plain \\| 2 \\| [0-9.]+ \\([0-9.]+\\) \\|.*\\| – \\| – \\| 3 \\| – \\|");
    assertThat(first.rows().get(3)).startsWith("| half | file | 2 | ").contains(" | – | – | 9 | ");
    List<JsonNode> results = results("all");
    assertThat(results).hasSize(4);
    assertThat(results.subList(0, 2)).allMatch(result -> result.get("seed").asInt() == 1);
    assertThat(results.get(0).get("psnr").asDouble()).isPositive();
    assertThat(results.get(0).get("quality_word").asText()).isIn("good", "fair", "poor");
    assertThat(results.get(0).get("stopped_by").asText()).isEqualTo("steps");
    assertThat(bundle.resolve("all/logs/half-plain-1.log")).isNotEmptyFile();
    assertThat(bundle.resolve("all/work/half-plain-1")).doesNotExist();

    Answer again = matrix(jobs(plain, "1, 2"), "all", "--workers=2");
    assertThat(again.err()).contains("matrix: 0 trainings; 4 are already in all/results.jsonl");
    assertThat(again.out()).isEqualTo(first.out());

    Files.writeString(bundle.resolve("file.yaml"), "train: {sh-degree: 1}\n");
    Answer alone = matrix(jobs(plain, "1, 2"), "all", "--only=half/f*", "--keep", "--limit=0");
    assertThat(alone.code()).isZero();
    assertThat(alone.err()).contains("matrix: 2 trainings were not started");
  }

  @Test
  void trainingsThatRanBesideOthersAreTimedAlone() throws IOException, InterruptedException {
    String jobs = jobs("\"plain\": {\"set\": [\"train.steps=2\"]}", "1");
    assertThat(matrix(jobs, "timed", "--workers=2").rows().get(2)).contains(" | – | – | 2 |");
    Answer alone = matrix(jobs, "timed", "--keep");
    assertThat(alone.rows().get(2)).matches(".*\\| [0-9.]+ \\| [0-9,]+ \\| 2 \\| – \\|");
    assertThat(bundle.resolve("timed/work/half-plain-1/model.ply")).isNotEmptyFile();
    assertThat(results("timed")).hasSize(2);
    assertThat(matrix(jobs, "timed", "--workers=2").err()).contains("matrix: 0 trainings;");
  }

  @Test
  void aFailureIsInTheTableAndIsRepeated() throws IOException, InterruptedException {
    String jobs =
        jobs(
            "\"wrong\": {\"set\": [\"train.stepz=2\"]}, \"right\": {\"set\": [\"train.steps=2\"]}",
            "1");
    Answer answer = matrix(jobs, "failed");
    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.err())
        .contains("half, wrong, seed 1: FAILED, exit 64: Unknown key train.stepz");
    assertThat(answer.rows().get(0)).endsWith("| failed |");
    assertThat(answer.rows().get(2))
        .startsWith("| half | wrong | 0 | – |")
        .contains("| seed 1: exit 64: Unknown key train.stepz in --set");
    assertThat(answer.rows().get(3)).startsWith("| half | right | 1 | ").endsWith(" |  |");
    Answer repeated = matrix(jobs, "failed");
    assertThat(repeated.code()).isEqualTo(1);
    assertThat(repeated.err()).contains("matrix: 1 trainings; 1 are already");
  }

  @Test
  void aJobsFileThatCannotBeUsed() throws IOException, InterruptedException {
    Answer unknown = matrix(jobs("\"x\": {\"profil\": \"fast\"}", "1"), "no");
    assertThat(unknown.code()).isEqualTo(USAGE);
    assertThat(unknown.err())
        .contains("setting x has profil. Use only config, profile, set")
        .doesNotContain("Traceback");
    Answer none = matrix(jobs("\"x\": {}", "1"), "no", "--only=y");
    assertThat(none.err()).contains("Cannot measure y: jobs.json has no such scene or setting");
    assertThat(matrix(jobs("\"x\": {}", "1.5"), "no").err())
        .contains("\"seeds\" is missing or wrong");
    assertThat(matrix(jobs("\"x y\": {}", "1"), "no").err()).contains("\"x y\" is not a file name");
    assertThat(bundle.resolve("no")).doesNotExist();
  }

  @Test
  void thePictureNamesSettingsPeersAndUnits() throws Exception {
    Files.writeString(
        bundle.resolve("made.jsonl"),
        Stream.of(
                line("truck", "vanilla", 42, 24.7, 1_967_849, 53.7),
                line("truck", "vanilla", 43, 24.8, 1_900_000, 54.0),
                line("truck", "progressive", 42, 25.2, 200_000, 14.0),
                line("cup <77>", "fast", 42, 30.0, 90_000, 3.0))
            .reduce("", String::concat));
    Path peers = BIN.resolveSibling("docs/performance/peers.json");
    Answer answer = run("frontier", "made.jsonl", "--out", "pictures", "--peers", peers.toString());
    assumeTrue(!answer.err().contains("has no matplotlib"), answer.err());
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(texts("truck"))
        .contains("truck", "Gaussians", "training, s", "held-out PSNR, dB")
        .containsSubsequence(
            "vanilla", "progressive", "FastGS", "vanilla", "progressive", "FastGS");
    assertThat(texts("cup <77>")).contains("cup <77>", "fast").doesNotContain("FastGS");
  }

  @Test
  void withoutMeasurementsThereIsNoPicture() throws IOException, InterruptedException {
    Files.writeString(
        bundle.resolve("none.jsonl"),
        "{\"scene\": \"a\", \"setting\": \"b\", \"seed\": 1, \"workers\": 1, \"failure\": \"c\"}\n");
    String peers = BIN.resolveSibling("docs/performance/peers.json").toString();
    Answer answer = run("frontier", "none.jsonl", "--out", "pictures", "--peers", peers);
    assumeTrue(!answer.err().contains("has no matplotlib"), answer.err());
    assertThat(answer.code()).isEqualTo(USAGE);
    assertThat(answer.err()).contains("Cannot draw none.jsonl: no training in it has metrics");
    Files.writeString(bundle.resolve("none.jsonl"), "{\"scene\":\n");
    assertThat(run("frontier", "none.jsonl", "--peers", peers).err())
        .contains("Cannot read line 1 of none.jsonl");
  }

  private static String line(
      String scene, String setting, int seed, double psnr, int gaussians, double seconds) {
    return "{\"scene\": \"%s\", \"setting\": \"%s\", \"seed\": %d, \"workers\": 1, \"psnr\": %s, \"gaussians\": %d, \"train_seconds\": %s}%n"
        .formatted(scene, setting, seed, psnr, gaussians, seconds);
  }

  /** The texts of a picture, in its order. */
  private static List<String> texts(String scene) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    NodeList nodes =
        factory
            .newDocumentBuilder()
            .parse(bundle.resolve("pictures/frontier-%s.svg".formatted(scene)).toFile())
            .getElementsByTagName("text");
    return IntStream.range(0, nodes.getLength())
        .mapToObj(index -> nodes.item(index).getTextContent())
        .toList();
  }
}
