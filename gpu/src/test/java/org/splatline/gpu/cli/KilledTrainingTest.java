package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training process that is killed with {@code kill -9}. */
class KilledTrainingTest {
  private static final int KILLED = 128 + 9;

  @TempDir private Path folder;

  private Process train(Path out) throws IOException {
    String arguments =
        "train --backend cpu --profile progressive --steps 60 --scene %s --out %s"
            .formatted(folder.resolve("studio"), out);
    List<String> command = new ArrayList<>(List.of(arguments.split(" ")));
    // Of 30,000 steps: a checkpoint every tenth of the 60.
    for (String setting :
        List.of("checkpoint.every-steps=5000", "checkpoint.min-interval=0s", "train.threads=2")) {
      command.addAll(List.of("--set", setting));
    }
    return TrainerProcess.start(command, folder.resolve("output.log"), log(out));
  }

  private Path log(Path out) {
    return folder.resolve(out.getFileName() + ".log");
  }

  private void trainToTheEnd(Path out) throws IOException, InterruptedException {
    Process process = train(out);
    int code = TrainerProcess.await(process);
    assertThat(code).as(Files.readString(log(out))).isZero();
  }

  private static boolean hasCheckpoint(Path out) throws IOException {
    Path checkpoints = out.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.anyMatch(file -> file.toString().endsWith(".ckpt"));
    }
  }

  @Test
  void startedAgainItEndsWithTheSameBytes() throws IOException, InterruptedException {
    TrainerProcess.makeScene(folder.resolve("studio"));

    Path killed = folder.resolve("killed");
    Process process = train(killed);
    while (!hasCheckpoint(killed) && process.isAlive()) {
      Thread.sleep(2);
    }
    process.destroyForcibly();
    assertThat(process.waitFor()).as(Files.readString(log(killed))).isEqualTo(KILLED);
    assertThat(killed.resolve("model.ply")).doesNotExist();

    trainToTheEnd(killed);
    assertThat(log(killed)).content().contains("scene studio: resumes after step ");
    Path undisturbed = folder.resolve("undisturbed");
    trainToTheEnd(undisturbed);
    assertThat(log(undisturbed)).content().doesNotContain("resumes");
    assertThat(killed.resolve("model.ply"))
        .hasSameBinaryContentAs(undisturbed.resolve("model.ply"));
  }
}
