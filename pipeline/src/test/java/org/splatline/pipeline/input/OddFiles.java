package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Makes files that Java can't make: pipes, and names whose bytes are not text. */
public final class OddFiles {
  private OddFiles() {}

  /** Creates a pipe. Who reads it waits for ever. */
  public static void pipe(Path file) throws IOException, InterruptedException {
    shell(file.getParent(), "mkfifo \"$1\"", file.getFileName().toString());
  }

  /** Creates folders called {@code a} and a byte, an octal number, that is no text. */
  public static void foldersNotUtf8(Path parent, String... octal)
      throws IOException, InterruptedException {
    for (String number : octal) {
      shell(parent, "mkdir \"a$(printf '\\%s')\"".formatted(number));
    }
  }

  /** Copies a file to one called {@code a}, a byte that isn't text, and {@code .jpg}. */
  public static void copyNotUtf8(Path file, String octal) throws IOException, InterruptedException {
    shell(
        file.getParent(),
        "cp \"$1\" \"a$(printf '\\%s').jpg\"".formatted(octal),
        file.getFileName().toString());
  }

  private static void shell(Path folder, String script, String... arguments)
      throws IOException, InterruptedException {
    String[] command = new String[4 + arguments.length];
    command[0] = "sh";
    command[1] = "-ec";
    command[2] = script;
    command[3] = "sh";
    System.arraycopy(arguments, 0, command, 4, arguments.length);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
