package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.cli.Doctor.Finding;
import org.splatline.gpu.cli.Doctor.Grade;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.input.IntakeSandbox;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;

/** Checks what the pipeline needs in addition to the trainer: GPUs, disk, store, tables, Spark. */
final class ClusterDoctor {
  static final long LEAST_FREE_BYTES = 10L << 30;

  /** Settings that close a cluster to others: conf/spark-gpu.conf explains them. */
  private static final List<String> PROTECTION =
      List.of(
          "spark.authenticate",
          "spark.network.crypto.enabled",
          "spark.io.encryption.enabled",
          "spark.acls.enable");

  private ClusterDoctor() {}

  /** All findings for a configuration. */
  static List<Finding> pipeline(PipelineConfig config) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(gpus(listedGpus(), System.getenv("CUDA_VISIBLE_DEVICES")));
    File work = new File(System.getProperty("java.io.tmpdir"));
    findings.add(disk(work.toString(), work.getUsableSpace()));
    findings.add(walls(IntakeSandbox.isLimited(), IntakeSandbox.isApart()));
    if (config.store().path().isBlank()) {
      findings.add(new Finding(Grade.NOTE, "store.path", "not set, so not checked"));
    } else {
      Configuration hadoop = SparkSessions.hadoop(config.spark());
      findings.add(place("store.path", config.storePlace(), hadoop));
      findings.add(place("tables.path", config.tablesPlace(), hadoop));
    }
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    findings.add(spark(version, SparkSessions.setting(config.spark(), "spark.master")));
    open(config.spark()).ifPresent(findings::add);
    return findings;
  }

  /** The number of GPUs that nvidia-smi lists; empty without nvidia-smi. */
  private static Optional<Integer> listedGpus() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("nvidia-smi", "-L").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      return Optional.of((int) output.lines().filter(line -> line.startsWith("GPU ")).count());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether {@code folder} has room for photographs and COLMAP's files. */
  static Finding disk(String folder, long freeBytes) {
    String free =
        "%s free in %s, need %s"
            .formatted(Bytes.text(freeBytes), folder, Bytes.text(LEAST_FREE_BYTES));
    return freeBytes >= LEAST_FREE_BYTES
        ? new Finding(Grade.OK, "disk", free)
        : new Finding(
            Grade.FAULT,
            "disk",
            free
                + ". Make room, or name another folder with SPLATLINE_JAVA_OPTS=-Djava.io.tmpdir=…");
  }

  /**
   * What holds strangers' files off this machine: docs/security.md.
   *
   * @param limited whether a process can be limited in memory and size of files
   * @param apart whether it can be without network, and blind to other processes
   */
  static Finding walls(boolean limited, boolean apart) {
    List<String> missing = new ArrayList<>();
    if (!limited) {
      missing.add(
          "ulimit does not limit memory and files, so a scene can fill this machine's memory and disk: ingest on Linux");
    }
    if (!apart) {
      missing.add(
          "unshare does not work, so what takes over the program that reads a scene's files reaches the network and this user's processes: allow user namespaces (sysctl user.max_user_namespaces), or run executors as a user that has nothing else");
    }
    return missing.isEmpty()
        ? new Finding(Grade.OK, "walls", "each scene's files are read with limits and no network")
        : new Finding(Grade.NOTE, "walls", String.join("; ", missing));
  }

  /**
   * Which GPUs a process can use.
   *
   * @param listed number of GPUs by nvidia-smi; empty: there is no nvidia-smi
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
            ? "%d, all visible".formatted(listed.get())
            : "%d, visible: CUDA_VISIBLE_DEVICES=%s".formatted(listed.get(), visible));
  }

  /** Whether {@code place} can be written to, and refuses to create a file that exists. */
  static Finding place(String key, String place, Configuration hadoop) {
    try {
      Location location = Location.open(place, hadoop);
      location.checkWritable(key);
      return location.probeConditionalWrites()
          ? new Finding(Grade.OK, key, location + " can be written to, also conditionally")
          : new Finding(
              Grade.FAULT,
              key,
              "Cannot publish to %s: it lets a file be created twice. Use a store with conditional writes"
                  .formatted(location));
    } catch (ConfigException e) {
      return new Finding(Grade.FAULT, key, e.getMessage());
    } catch (RuntimeException e) {
      return new Finding(Grade.FAULT, key, "Cannot use %s: %s".formatted(place, Sentences.of(e)));
    }
  }

  /** What of a cluster is open to others; empty: nothing, or there is only this machine. */
  static Optional<Finding> open(SparkConfig config) {
    List<String> off =
        PROTECTION.stream()
            .filter(key -> !SparkSessions.setting(config, key).equals("true"))
            .toList();
    return off.isEmpty() || SparkSessions.isLocal(SparkSessions.setting(config, "spark.master"))
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Grade.NOTE,
                "cluster",
                "runs open: %s not true here, so others on its network can use it or read from it. Give spark-submit conf/spark-gpu.conf, or set them in spark.conf"
                    .formatted(String.join(", ", off) + (off.size() == 1 ? " is" : " are"))));
  }

  /** How Spark assigns GPUs under {@code master}, judged by the name of the master alone. */
  static Finding spark(String version, String master) {
    if (SparkSessions.isLocal(master)) {
      return new Finding(
          Grade.OK, "Spark", version + ", " + master + ": one machine, no resource profiles");
    }
    boolean known =
        Stream.of("yarn", "k8s://", "spark://", "local-cluster[").anyMatch(master::startsWith);
    return known
        ? new Finding(
            Grade.OK, "Spark", version + ", " + master + ": one resource profile per stage")
        : new Finding(
            Grade.FAULT,
            "Spark",
            "%s: Invalid spark.master: %s. Use local[*], yarn, k8s://… or spark://…"
                .formatted(version, master));
  }
}
