package org.splatline.pipeline.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.splatline.pipeline.progress.ProgressBoard;

/**
 * What Splatline keeps in a JVM of a Spark application: in the driver, in an executor, or in the
 * one JVM that is both with a local master. {@link SplatlinePlugin} makes it when Spark starts. It
 * is replaced when the JVM starts another application. Thread-safe.
 */
public final class SparkJvm {
  /** The only static holder: Spark gives a task no other way to the plug-in of its JVM. */
  private static SparkJvm current; // null: not made yet

  private final SparkEnv env; // null: no Spark in this JVM
  private final ProgressBoard progress = new ProgressBoard();
  private final GpuClock gpuClock = new GpuClock();
  private final LocalDevices devices = new LocalDevices();
  private final TaskHost host = new TaskHost(progress);
  private Configuration hadoop; // null: not read yet

  private SparkJvm(SparkEnv env) {
    this.env = env;
  }

  /** The one of the application that runs in this JVM. */
  public static synchronized SparkJvm current() {
    SparkEnv env = SparkEnv.get();
    if (current == null || current.env != env) {
      current = new SparkJvm(env);
    }
    return current;
  }

  /** On the driver: the progress of the scenes that are being worked on. */
  public ProgressBoard progress() {
    return progress;
  }

  /** On an executor: how long it has held and used its GPUs. */
  public GpuClock gpuClock() {
    return gpuClock;
  }

  /** On an executor: its link to the driver and to its machine. */
  public TaskHost host() {
    return host;
  }

  LocalDevices devices() {
    return devices;
  }

  /** Hadoop's settings, read-only. They are read once, since that takes tens of milliseconds. */
  public synchronized Configuration hadoop() {
    if (hadoop == null) {
      hadoop = SparkHadoopUtil.get().newConfiguration(env.conf());
    }
    return hadoop;
  }
}
