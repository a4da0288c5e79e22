package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command {@code ablate}. */
class AblateCommandTest {
  @TempDir static Path folder;
  private static Path scene;

  private record Answer(int code, String out, String err) {
    List<String> rows() {
      return out.lines().filter(line -> line.startsWith("| ") && !line.contains("SSIM")).toList();
    }
  }

  private static Answer ask(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = TrainerMain.run(commands, arguments.toArray(String[]::new));
    return new Answer(code, out.toString(), err.toString());
  }

  @BeforeAll
  static void photograph() {
    scene = folder.resolve("studio");
    String command = "photograph --scene studio --views 9 --size 48x36 --with-model --out " + scene;
    assertThat(ask(List.of(command.split(" "))).code()).isZero();
  }

  private static Answer ablate(String... more) {
    List<String> arguments = new ArrayList<>(List.of("ablate", "--scene", scene.toString()));
    arguments.addAll(List.of("--backend", "cpu", "--steps", "3"));
    arguments.addAll(List.of(more));
    return ask(arguments);
  }

  @Test
  void aRowForEachPartAndWhatItSets() {
    Answer answer =
        ablate(
            "--profile",
            "published",
            "--parts",
            "blur,resolution,visible-adam",
            "--set",
            "train.threads=1");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.rows()).hasSize(5);
    assertThat(answer.rows().get(0)).startsWith("| vanilla |  | ").endsWith(" | steps |");
    assertThat(answer.rows().get(1))
        .startsWith("| all |  | ")
        .containsPattern("\\.\\d\\d \\| (good|fair|poor) \\| – \\|");
    assertThat(answer.rows().get(2))
        .startsWith("| without coarse phases | `train.phases=[{until-step: 19500, scale: 1}]` | ");
    assertThat(answer.rows().get(3)).startsWith("| without blur | `train.blur.final-sigma=0, ");
    assertThat(answer.rows().get(4))
        .startsWith("| Adam for all Gaussians | `optimizer.update=all`");
    assertThat(answer.out())
        .startsWith("## studio\n\n")
        .contains("profile published, 3 steps; seed 42; 20")
        .contains(
            "    bin/splatline ablate --scene " + scene + " --backend cpu --steps 3 --profile");
    assertThat(answer.err())
        .contains("ablate 1/5 vanilla, seed 42: starts")
        .containsPattern(
            "ablate 5/5 Adam for all Gaussians, seed 42: .* dB \\((good|fair|poor)\\), ")
        .contains("; 0 left");
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Path out = folder.resolve("out");
    Path table = folder.resolve("docs/ablation.md");
    String[] command = {
      "--parts=blur",
      "--profile=published",
      "--out=" + out,
      "--table=" + table,
      "--seeds=1,2",
      "--keep=0.5"
    };
    Answer first = ablate(command);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).doesNotContain("already done");
    String written = Files.readString(table);
    assertThat(written)
        .startsWith("# Ablation\n")
        .contains("means over seeds 1, 2")
        .contains(" ± ")
        .contains("| vanilla / 2 |");
    Path model = out.resolve("studio/blur/seed-2/model.ply");
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(model, old);
    assertThat(out.resolve("studio/blur/seed-2/checkpoints")).doesNotExist();

    Files.writeString(out.resolve("studio/blur/seed-1/metrics.json"), "{\"psnr\": 2");
    Answer second = ablate(command);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err())
        .contains("without blur, seed 1: starts", "without blur, seed 2: already done");
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(old);
    assertThat(Files.readString(table).lines().filter(line -> line.startsWith("## "))).hasSize(1);

    command[0] = "--steps=4";
    assertThat(ablate(command).code()).as("another configuration").isEqualTo(TrainerMain.USAGE);
    String other =
        "ablate --scene %s --backend cpu --steps 4 --profile published --parts blur --out %s --seeds 2";
    assertThat(ask(List.of(other.formatted(scene, out).split(" "))).err())
        .doesNotContain("already done");
  }

  @Test
  void partsThatChangeNothingAreLeftOut() {
    Answer answer =
        ablate("--profile", "vanilla", "--parts", "resolution,blur,pruning,decaying,antialiasing");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.rows()).hasSize(2);
    assertThat(answer.rows().get(0)).startsWith("| all |");
    assertThat(answer.rows().get(1)).startsWith("| with antialiasing | `train.antialiased=true` |");
    assertThat(answer.out())
        .contains("change nothing in this profile: resolution, blur, pruning, decaying.");
    Answer keep = ablate("--profile", "vanilla", "--keep", "0.5");
    assertThat(keep.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(keep.err()).contains("Invalid --keep: profile vanilla doesn't prune");
  }

  @Test
  void anUnknownPartNamesTheNearest() {
    Answer answer = ablate("--parts", "blurr");
    assertThat(answer.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err())
        .contains("Unknown part blurr in --parts. Nearest: blur. All parts: resolution, blur, ");
  }

  @Test
  void failuresAreRowsAndTheCodeSaysSo() {
    Answer answer =
        ablate(
            "--profile",
            "published",
            "--parts",
            "blur",
            "--keep",
            "0.5",
            "--set",
            "train.min-views=100");
    assertThat(answer.code()).isEqualTo(TrainerMain.SCENES_FAILED);
    assertThat(answer.rows()).hasSize(4);
    assertThat(answer.rows().get(2))
        .startsWith("| without blur | `train.blur.final-sigma=0, train.blur.sigma=0` | – | ")
        .endsWith("need 100. Add photographs or lower train.min-views [FEW_IMAGES] |");
    assertThat(answer.rows().get(3)).contains("vanilla failed with seed 42");
    assertThat(answer.out()).contains("No training ended");
  }
}
