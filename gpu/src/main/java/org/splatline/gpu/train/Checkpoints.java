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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one scene in one folder: written off the training thread, the newest few kept.
 * Closing waits for the one being written.
 */
final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final Path folder;
  private final CheckpointConfig config;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "checkpoint-writer");
            thread.setDaemon(true);
            return thread;
          });
  private Future<?> pending;
  private long lastNanos = System.nanoTime();

  Checkpoints(Path folder, CheckpointConfig config) {
    this.folder = folder;
    this.config = config;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write checkpoints to %s: the folder can't be made. Choose another --out"
              .formatted(folder),
          e);
    }
  }

  boolean isDueAt(int step) {
    return step % config.everySteps() == 0
        && System.nanoTime() - lastNanos >= config.minInterval().toNanos();
  }

  /** Hands the checkpoint to the writer; waits only where the one before isn't written yet. */
  void write(Checkpoint checkpoint) {
    await();
    lastNanos = System.nanoTime();
    pending = writer.submit(() -> writeNow(checkpoint));
  }

  private void writeNow(Checkpoint checkpoint) {
    Path file = folder.resolve("step-%06d.ckpt".formatted(checkpoint.step()));
    try {
      CheckpointFormat.write(checkpoint, file);
      List<Path> files = newestFirst();
      for (Path old : files.subList(Math.min(config.keep(), files.size()), files.size())) {
        Files.delete(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write checkpoint %s".formatted(file), e);
    }
  }

  private void await() {
    if (pending == null) {
      return;
    }
    try {
      pending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot wait for a checkpoint: interrupted", e);
    } catch (ExecutionException e) {
      // Training goes on: a missing checkpoint costs time only after a crash.
      LOG.warn("{}: training goes on without it", e.getCause().getMessage(), e.getCause());
    }
    pending = null;
  }

  /** The newest that can be read and belongs to this scene and configuration. */
  Optional<Checkpoint> newest(String configHash, String sceneFingerprint) {
    try {
      for (Path file : newestFirst()) {
        Optional<Checkpoint> checkpoint = usable(file, configHash, sceneFingerprint);
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
      Path file, String configHash, String sceneFingerprint) {
    try {
      Checkpoint checkpoint = CheckpointFormat.read(file);
      if (checkpoint.configHash().equals(configHash)
          && checkpoint.sceneFingerprint().equals(sceneFingerprint)) {
        return Optional.of(checkpoint);
      }
      LOG.info("{} is of another scene or configuration: left alone", file);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}. The one before is tried", e.getMessage());
    }
    return Optional.empty();
  }

  private List<Path> newestFirst() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("step-\\d{6,}\\.ckpt"))
          .sorted(Comparator.comparing((Path file) -> file.getFileName().toString()).reversed())
          .toList();
    }
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
