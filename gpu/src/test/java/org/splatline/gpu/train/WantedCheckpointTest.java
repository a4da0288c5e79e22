package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.scene.Scene;

/** Checkpoints that a listener asks for, and what it is told of them. */
class WantedCheckpointTest {
  @TempDir static Path photographs;
  private static Scene scene;

  @BeforeAll
  static void writeScene() throws IOException {
    scene = TinyScene.write(photographs);
  }

  private static TrainConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=60",
                "train.sh-degree=1",
                "densify.max-gaussians=300",
                "densify.from-step=10",
                "densify.every-steps=10",
                "densify.grow-gradient=1e-5",
                "checkpoint.min-interval=1h",
                "checkpoint.keep=9"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  /** Wants checkpoints at steps, and ends training at one. */
  private static class Wishes implements TrainListener {
    final List<Integer> told = new CopyOnWriteArrayList<>();
    private final Set<Integer> wanted;
    private final int cancelAt;
    private int step;

    Wishes(Set<Integer> wanted, int cancelAt) {
      this.wanted = wanted;
      this.cancelAt = cancelAt;
    }

    static Wishes at(Integer... steps) {
      return new Wishes(Set.of(steps), Integer.MAX_VALUE);
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {}

    @Override
    public boolean wantsCheckpoint() {
      step++;
      return wanted.contains(step);
    }

    @Override
    public boolean isCancelled() {
      return step >= cancelAt;
    }

    @Override
    public void onCheckpoint(int step, Path file) {
      assertThat(Thread.currentThread().getName()).isEqualTo("checkpoint-writer");
      assertThat(file).isRegularFile().hasFileName("step-%06d.ckpt".formatted(step));
      try {
        assertThat(CheckpointFormat.read(file).step()).isEqualTo(step);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      told.add(step);
    }
  }

  private static TrainResult train(TrainConfig config, Path folder, TrainListener listener) {
    try (CpuBackend backend = new CpuBackend(2)) {
      return Trainer.train(scene, config, backend, folder, listener);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Far within checkpoint.min-interval. */
  @Test
  void isWrittenAtOnceAndResumedFromBitForBit(
      @TempDir Path whole, @TempDir Path wanted, @TempDir Path fetched) throws IOException {
    TrainResult undisturbed = train(config(), whole, Wishes.at());
    assertThat(names(whole)).isEmpty();
    assertThat(undisturbed.resumedAfterStep()).isZero();

    Wishes wishes = Wishes.at(17, 23);
    TrainResult asked = train(config(), wanted, wishes);
    assertThat(wishes.told).containsExactly(17, 23);
    assertThat(names(wanted)).containsExactly("step-000017.ckpt", "step-000023.ckpt");
    assertThat(asked.gaussians()).as("it went on as it was").isEqualTo(undisturbed.gaussians());

    Files.copy(wanted.resolve("step-000017.ckpt"), fetched.resolve("step-000017.ckpt"));
    Files.writeString(fetched.resolve("step-000023.ckpt"), "half of a fetched file");
    TrainResult resumed = train(config(), fetched, Wishes.at());
    assertThat(resumed.resumedAfterStep()).isEqualTo(17);
    assertThat(resumed.steps()).isEqualTo(60);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
  }

  @Test
  void aStepIsWrittenOnce(@TempDir Path folder) {
    Wishes wishes = new Wishes(Set.of(20, 21), 21);
    TrainResult result =
        train(config("checkpoint.min-interval=0s", "checkpoint.every-steps=10"), folder, wishes);
    assertThat(result.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(wishes.told).as("due, wanted, cancelled").containsExactly(10, 20, 21);
  }

  @Test
  void aListenerThatThrowsStopsNothing(@TempDir Path folder) throws IOException {
    Wishes wishes =
        new Wishes(Set.of(5, 9), Integer.MAX_VALUE) {
          @Override
          public void onCheckpoint(int step, Path file) {
            super.onCheckpoint(step, file);
            throw new IllegalStateException("the store doesn't answer");
          }
        };
    assertThat(train(config(), folder, wishes).steps()).isEqualTo(60);
    assertThat(wishes.told).containsExactly(5, 9);
    assertThat(names(folder)).containsExactly("step-000005.ckpt", "step-000009.ckpt");
  }

  @Test
  void trainingsEndWaitsForTheListener(@TempDir Path folder) {
    Wishes slow =
        new Wishes(Set.of(60), Integer.MAX_VALUE) {
          @Override
          public void onCheckpoint(int step, Path file) {
            try {
              Thread.sleep(300);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            super.onCheckpoint(step, file);
          }
        };
    train(config(), folder, slow);
    assertThat(slow.told).containsExactly(60);
  }

  /** As Spark ends a task. */
  @Test
  void anInterruptedTrainingStillWritesItsLast(@TempDir Path folder) {
    Wishes interrupted =
        new Wishes(Set.of(30), Integer.MAX_VALUE) {
          @Override
          public boolean wantsCheckpoint() {
            boolean wants = super.wantsCheckpoint();
            if (wants) {
              Thread.currentThread().interrupt();
            }
            return wants;
          }
        };
    TrainResult result = train(config(), folder, interrupted);
    assertThat(Thread.interrupted()).as("still").isTrue();
    assertThat(result.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(interrupted.told).containsExactly(30);
  }

  /** The files of a longer training with another seed stay, and don't push ours out. */
  @Test
  void othersLaterCheckpointsDoNotPushOursOut(@TempDir Path folder) throws IOException {
    train(config("train.seed=9"), folder, Wishes.at(40, 50));
    Wishes ours = Wishes.at(11, 12);
    train(config("checkpoint.keep=1"), folder, ours);
    assertThat(ours.told).containsExactly(11, 12);
    assertThat(names(folder))
        .containsExactly("step-000012.ckpt", "step-000040.ckpt", "step-000050.ckpt");
  }
}
