package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import picocli.CommandLine;

class PhotographCommandTest {
  @TempDir Path folder;

  private record Answer(int code, String err) {}

  private Answer photograph(String... options) {
    StringWriter err = new StringWriter();
    CommandLine commands = TrainerMain.commandLine();
    commands.setErr(new PrintWriter(err, true));
    String[] fixed = {"photograph", "--out", folder.toString()};
    String[] arguments = Stream.concat(Stream.of(fixed), Stream.of(options)).toArray(String[]::new);
    return new Answer(TrainerMain.run(commands, arguments), err.toString());
  }

  @Test
  void writesAsManyAsAsked() throws IOException {
    assertThat(photograph("--scene", "studio", "--views", "3", "--size", "48x36").code()).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void writesASceneFolder() {
    Answer answer =
        photograph("--scene", "temple", "--views", "3", "--size", "48x36", "--with-model");
    assertThat(answer.code()).isZero();
    assertThat(folder.resolve("images/view_002.png")).isRegularFile();
    assertThat(folder.resolve("sparse/0/points3D.txt")).isNotEmptyFile();
  }

  @Test
  void writesLargePicturesFromSmallOnes() {
    String[] options = {"--scene", "temple", "--views", "3", "--size", "96x72", "--with-model"};
    assertThat(
            photograph(
                    Stream.concat(Stream.of(options), Stream.of("--enlarge=4"))
                        .toArray(String[]::new))
                .code())
        .isZero();
    assertThat(PictureReader.size(folder.resolve("images/view_002.jpg")))
        .isEqualTo(new PictureSize(96, 72));
    assertThat(photograph("--scene", "temple", "--size", "48x36", "--enlarge=40").code())
        .isEqualTo(TrainerMain.USAGE);
  }

  @Test
  void namesTheScenesThereAre() {
    Answer answer = photograph("--scene", "garden");
    assertThat(answer.code()).isEqualTo(TrainerMain.USAGE);
    assertThat(answer.err()).contains("garden is not one of studio, temple, broken");
  }

  @Test
  void refusesSizesThatAreNone() {
    for (String size : new String[] {"480", "x360", "0x360", "480x-1"}) {
      Answer answer = photograph("--scene", "studio", "--size", size);
      assertThat(answer.code()).as(size).isEqualTo(TrainerMain.USAGE);
      assertThat(answer.err()).contains(size);
    }
  }
}
