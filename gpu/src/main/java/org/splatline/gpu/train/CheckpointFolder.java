package org.splatline.gpu.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.io.AtomicFile;

/**
 * The folder of one scene's checkpoints. A thread of its own writes them, which an interrupt of the
 * training does not disturb, and the newest few are kept. Training waits until the model is copied
 * to the system's memory, part by part, and goes on while the file is synced to the disk. Closing
 * waits for that and for the listener.
 */
final class CheckpointFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

  private final Path folder;
  private final CheckpointConfig config;
  private final ExecutorService writer = Threads.pool("checkpoint-writer", 1);
  private final TrainListener listener;
  private Future<?> pending;
  private int lastStep = -1;
  private long lastNanos = System.nanoTime();

  CheckpointFolder(Path folder, CheckpointConfig config, TrainListener listener) {
    this.folder = folder;
    this.config = config;
    this.listener = listener;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write checkpoints to %s: the folder can't be created. Choose another --out"
              .formatted(folder),
          e);
    }
  }

  boolean isDueAt(int step) {
    return step % config.everySteps() == 0
        && System.nanoTime() - lastNanos >= config.minInterval().toNanos();
  }

  /**
   * Writes the checkpoint. Waits until its state has been read, and first until the previous
   * checkpoint is on the disk. A step is written once.
   */
  void write(Checkpoint checkpoint) {
    await();
    int step = checkpoint.step();
    if (step == lastStep) {
      return;
    }
    lastStep = step;
    Path file = folder.resolve("step-%06d.ckpt".formatted(step));
    Path part = AtomicFile.partOf(file);
    pending = writer.submit(() -> write(checkpoint, part));
    await();
    if (step == lastStep) { // it did not fail
      pending = writer.submit(() -> publish(step, part, file));
    }
    lastNanos = System.nanoTime();
  }

  private static void write(Checkpoint checkpoint, Path part) {
    try {
      CheckpointFormat.write(checkpoint, part);
    } catch (IOException e) {
      throw failure(part, e);
    }
  }

  private void publish(int step, Path part, Path file) {
    try {
      AtomicFile.publish(part, file);
    } catch (IOException e) {
      throw failure(part, e);
    }
    notifyListener(step, file);
    deleteOld(step);
  }

  private static UncheckedIOException failure(Path part, IOException e) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException left) {
      e.addSuppressed(left);
    }
    return new UncheckedIOException(
        "Cannot write a checkpoint to %s".formatted(part.getParent()), e);
  }

  private void notifyListener(int step, Path file) {
    try {
      listener.onCheckpoint(step, file);
    } catch (RuntimeException e) {
      LOG.warn("Checkpoint {} is written, but its listener failed: {}", file, e.getMessage(), e);
    }
  }

  /** Keeps files of later steps: they belong to another training or are damaged. */
  private void deleteOld(int step) {
    try {
      List<Path> files =
          newestFirst().stream().filter(file -> step(file) <= step).skip(config.keep()).toList();
      for (Path old : files) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      LOG.warn("Cannot delete old checkpoints in {}: {}", folder, e.getMessage(), e);
    }
  }

  /** Waits even if the thread is interrupted, so that the last checkpoint is complete. */
  private void await() {
    boolean interrupted = false;
    while (pending != null) {
      try {
        pending.get();
        pending = null;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // Training goes on: a missing checkpoint costs time only after a crash.
        LOG.warn("{}: training goes on without it", e.getCause().getMessage(), e.getCause());
        pending = null;
        lastStep = -1;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The newest checkpoint that can be read and belongs to this training.
   *
   * @param trainingHash {@link TrainConfig#trainingHash}
   */
  Optional<Checkpoint> newest(String trainingHash, String sceneFingerprint) {
    try {
      for (Path file : newestFirst()) {
        Optional<Checkpoint> checkpoint = usable(file, trainingHash, sceneFingerprint);
        if (checkpoint.isPresent()) {
          return checkpoint;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list checkpoints in %s".formatted(folder), e);
    }
  }

  private static Optional<Checkpoint> usable(
      Path file, String trainingHash, String sceneFingerprint) {
    try {
      Checkpoint checkpoint = CheckpointFormat.read(file);
      if (checkpoint.trainingHash().equals(trainingHash)
          && checkpoint.sceneFingerprint().equals(sceneFingerprint)) {
        return Optional.of(checkpoint);
      }
      LOG.info("{} belongs to another scene or configuration and is not used", file);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}. The previous checkpoint is used instead", e.getMessage());
    }
    return Optional.empty();
  }

  private List<Path> newestFirst() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("step-\\d{6,12}\\.ckpt"))
          .sorted(Comparator.comparingLong(CheckpointFolder::step).reversed())
          .toList();
    }
  }

  private static long step(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring("step-".length(), name.indexOf('.')));
  }

  @Override
  public void close() {
    try {
      await();
    } finally {
      writer.shutdown();
    }
  }
}
