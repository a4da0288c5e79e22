package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.cli.Doctor.Finding;
import org.splatline.gpu.cli.Doctor.Grade;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;

/** What the pipeline needs beside the trainer: room, places it can publish to, Spark. */
final class ClusterDoctor {
  static final long LEAST_FREE_BYTES = 10L << 30;

  private ClusterDoctor() {}

  /** Room for photographs and COLMAP's files at {@code folder}. */
  static Finding disk(String folder, long freeBytes) {
    return freeBytes >= LEAST_FREE_BYTES
        ? new Finding(
            Grade.OK,
            "disk",
            "%s free in %s, need %s"
                .formatted(Bytes.text(freeBytes), folder, Bytes.text(LEAST_FREE_BYTES)))
        : new Finding(
            Grade.FAULT,
            "disk",
            "%s free in %s, need %s. Make room, or name another folder with SPLATLINE_JAVA_OPTS=-Djava.io.tmpdir=…"
                .formatted(Bytes.text(freeBytes), folder, Bytes.text(LEAST_FREE_BYTES)));
  }

  /**
   * Which GPUs a process sees.
   *
   * @param listed by nvidia-smi; empty: there is none
   * @param visible CUDA_VISIBLE_DEVICES; null: not set
   */
  static Finding gpus(Optional<Integer> listed, String visible) {
    if (listed.isEmpty() || listed.get() == 0) {
      return new Finding(Grade.NOTE, "GPUs", "none: nvidia-smi lists no GPU on this machine");
    }
    return new Finding(
        Grade.OK,
        "GPUs",
        visible == null
            ? "%d, all of them seen".formatted(listed.get())
            : "%d, seen: CUDA_VISIBLE_DEVICES=%s".formatted(listed.get(), visible));
  }

  /** Whether {@code place} can be written to, and refuses to create what is there. */
  static Finding place(String key, String place, Configuration hadoop) {
    String probe = ".doctor-" + UUID.randomUUID();
    try {
      Location location = Location.open(place, hadoop);
      location.checkWritable(key);
      try {
        boolean first = location.createIfAbsent(probe, "first".getBytes(UTF_8));
        boolean second = location.createIfAbsent(probe, "second".getBytes(UTF_8));
        return first && !second
            ? new Finding(Grade.OK, key, location + " can be written to, also conditionally")
            : new Finding(
                Grade.FAULT,
                key,
                "Cannot publish to %s: it lets a file be created twice. Take a store with conditional writes"
                    .formatted(location));
      } finally {
        location.delete(probe);
      }
    } catch (ConfigException e) {
      return new Finding(Grade.FAULT, key, e.getMessage());
    } catch (RuntimeException e) {
      return new Finding(Grade.FAULT, key, "Cannot use %s: %s".formatted(place, Sentences.of(e)));
    }
  }

  /** What {@code master} does with GPUs of a stage; by its name alone. */
  static Finding spark(String version, String master) {
    if (SparkSessions.isLocal(master)) {
      return new Finding(
          Grade.OK, "Spark", version + ", " + master + ": one machine, no resource profiles");
    }
    boolean known =
        Stream.of("yarn", "k8s://", "spark://", "local-cluster[").anyMatch(master::startsWith);
    return known
        ? new Finding(
            Grade.OK, "Spark", version + ", " + master + ": resource profiles for each stage")
        : new Finding(
            Grade.FAULT,
            "Spark",
            "%s: Invalid spark.master: %s. Take local[*], yarn, k8s://… or spark://…"
                .formatted(version, master));
  }
}
