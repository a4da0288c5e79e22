package org.splatline.pipeline.cli;

import static org.splatline.gpu.cli.Doctor.Grade.FAULT;
import static org.splatline.gpu.cli.Doctor.Grade.NOTE;
import static org.splatline.gpu.cli.Doctor.Grade.OK;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.cli.Doctor;
import org.splatline.gpu.cli.Doctor.Finding;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.GpuBusyException;
import org.splatline.gpu.cuda.device.KernelBuild;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.pipeline.input.IntakeSandbox;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.TaskDevice;

/**
 * Checks one executor, on it: what its kind of task needs.
 *
 * @param colmap {@code sfm.colmap}
 * @param store the store's place; empty: not set
 * @param tables the tables' place; empty: not set
 */
record ExecutorDoctor(
    ExecutorKind kind, String colmap, TrainConfig config, String store, String tables)
    implements Function<Integer, ExecutorDoctor.Answer> {

  /**
   * What an executor says.
   *
   * @param executor its number and host
   */
  record Answer(String executor, List<Finding> findings) implements Serializable {
    Answer {
      findings = List.copyOf(findings);
    }
  }

  @Override
  public Answer call(Integer any) throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(Doctor.java(Runtime.version()));
    findings.add(threads());
    findings.add(memory());
    File work = new File(System.getProperty("java.io.tmpdir"));
    findings.add(ClusterDoctor.disk(work.toString(), work.getUsableSpace()));
    switch (kind) {
      case DEFAULT -> {
        findings.add(ClusterDoctor.walls(IntakeSandbox.isLimited(), IntakeSandbox.isApart()));
        place(findings, "store.path", store);
        place(findings, "tables.path", tables);
      }
      case SFM -> findings.add(Doctor.colmap(new ColmapBinary(colmap)));
      case TRAIN -> {
        findings.addAll(device());
        Doctor.lpips(config.quality()).ifPresent(findings::add);
      }
    }
    return new Answer(SparkJvm.current().host().name(), findings);
  }

  private static Finding threads() {
    return new Finding(
        OK,
        "threads",
        "%d for a task, %d of the machine or container"
            .formatted(TaskContext.get().cpus(), Runtime.getRuntime().availableProcessors()));
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    long all =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    String text =
        "%s of Java heap, %s of the machine or container"
            .formatted(Bytes.text(heap), Bytes.text(all));
    return heap <= all
        ? new Finding(OK, "memory", text)
        : new Finding(FAULT, "memory", text + ". Lower the executors' heap");
  }

  private static void place(List<Finding> findings, String key, String place) {
    Configuration hadoop = SparkJvm.current().hadoop();
    if (!place.isEmpty()) {
      findings.add(ClusterDoctor.place(key, place, hadoop));
    }
  }

  /** Takes the GPU as a training does, and gives it back. */
  private List<Finding> device() {
    try (TaskDevice device = TaskDevice.take(config.train().backend(), config.gpu())) {
      List<Finding> findings =
          new ArrayList<>(
              Doctor.cuda(
                  device.backend(),
                  KernelBuild.read(),
                  () -> CudaDevice.find(device.config().device())));
      findings.add(
          device.isLocked()
              ? new Finding(
                  OK,
                  "lease",
                  "GPU %d taken under the lock of this host, and given back"
                      .formatted(device.config().device()))
              : new Finding(NOTE, "lease", "not needed: Spark gave the task no GPU"));
      return findings;
    } catch (GpuBusyException e) {
      return List.of(new Finding(FAULT, "lease", e.getMessage()));
    } catch (CudaUnavailableException | IllegalArgumentException e) {
      return List.of(new Finding(FAULT, "GPU", e.getMessage()));
    }
  }
}
