package org.splatline.pipeline.spark;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.sql.SparkSession;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.cuda.CudaDevice;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.TrainExecutor;

/**
 * Which executors each stage runs on: the one place that knows what Spark allows where. Ingest and
 * structure from motion run under Spark's default profile, which holds no GPU; training carries one
 * profile, made once an application, since executors match by the profile's number.
 *
 * <ul>
 *   <li>A local master has no executors: no profile, as many trainings as visible devices allow.
 *   <li>With dynamic allocation (YARN, Kubernetes, standalone, local-cluster): a full profile,
 *       whose executors are made when a scene is ready to train.
 *   <li>Without it Spark allows task requests alone: executors that were started with a GPU hold it
 *       through the other stages.
 * </ul>
 */
public final class StageProfiles {
  private static final String GPU = "gpu";

  private final Optional<ResourceProfile> training;
  private final int trainSlots;
  private final String sentence;

  private StageProfiles(Optional<ResourceProfile> training, int trainSlots, String sentence) {
    this.training = training;
    this.trainSlots = trainSlots;
    this.sentence = sentence;
  }

  /** For a session's application; call it once. */
  public static StageProfiles of(SparkSession spark, PipelineConfig config) {
    return of(
        spark.sparkContext().getConf(),
        config.spark().trainExecutor(),
        config.train().gpu(),
        config.train().train().backend());
  }

  /**
   * @param conf of the application
   * @param backend {@code auto}, {@code cpu} or {@code cuda}
   */
  static StageProfiles of(SparkConf conf, TrainExecutor executor, GpuConfig gpu, String backend) {
    int trainers = gpu.trainersPerDevice();
    String master = conf.get("spark.master", "local[*]");
    if (SparkSessions.isLocal(master)) {
      return local(master, gpu, backend);
    }
    if (executor.gpus() == 0) {
      return without("Training runs on any executor: spark.train-executor.gpus is 0");
    }
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return new StageProfiles(
          Optional.of(full(executor, trainers)),
          Integer.MAX_VALUE,
          "Training runs on executors of its own, with one GPU and %d cores each and %d trainers at a time; they are made when a scene is ready to train, since dynamic allocation is on (%s)"
              .formatted(executor.cores(), trainers, master));
    }
    if (conf.getInt("spark.executor.resource.gpu.amount", 0) == 0) {
      return without(
          "Training runs on any executor, without a GPU of Spark's: dynamic allocation is off and"
              + " spark.executor.resource.gpu.amount is not set");
    }
    return new StageProfiles(
        Optional.of(taskOnly(conf, trainers)),
        Integer.MAX_VALUE,
        "Training asks its task for 1/%d GPU; dynamic allocation is off, so executors hold their GPUs through ingest and structure from motion too: switch it on to free them"
            .formatted(trainers));
  }

  private static StageProfiles local(String master, GpuConfig gpu, String backend) {
    int trainers = gpu.trainersPerDevice();
    int devices = backend.equals("cpu") ? 0 : CudaDevice.visible() - gpu.device();
    return devices <= 0
        ? without("All stages run in this JVM (%s), on the CPU".formatted(master))
        : new StageProfiles(
            Optional.empty(),
            devices * trainers,
            "All stages run in this JVM (%s): %d GPUs, %d trainings at a time on each"
                .formatted(master, devices, trainers));
  }

  private static StageProfiles without(String sentence) {
    return new StageProfiles(Optional.empty(), Integer.MAX_VALUE, sentence);
  }

  private static ResourceProfile full(TrainExecutor executor, int trainers) {
    if (executor.cores() < trainers) {
      throw new ConfigException(
          "Cannot run %d trainers on an executor of %d cores: lower gpu.trainers-per-device or raise spark.train-executor.cores"
              .formatted(trainers, executor.cores()));
    }
    ExecutorResourceRequests executors =
        new ExecutorResourceRequests()
            .cores(executor.cores())
            .memory((executor.memory() >> 20) + "m")
            .memoryOverhead((executor.overhead() >> 20) + "m")
            .resource(GPU, executor.gpus(), executor.discoveryScript(), "");
    return new ResourceProfileBuilder()
        .require(executors)
        .require(task(executor.cores() / trainers, trainers))
        .build();
  }

  private static ResourceProfile taskOnly(SparkConf conf, int trainers) {
    int cores = conf.getInt("spark.executor.cores", 1);
    return new ResourceProfileBuilder()
        .require(task(Math.max(1, cores / trainers), trainers))
        .build();
  }

  private static TaskResourceRequests task(int cores, int trainers) {
    return new TaskResourceRequests().cpus(cores).resource(GPU, 1.0 / trainers);
  }

  /** The profile of a stage's jobs; empty: Spark's default. */
  public Optional<ResourceProfile> of(Stage stage) {
    return switch (stage) {
      case INGEST, SFM, PUBLISH -> Optional.empty();
      case TRAIN -> training;
    };
  }

  /** Trainings at a time, where the profile doesn't say. */
  public int trainSlots() {
    return trainSlots;
  }

  /** What a training waits for, with what the cluster must have free. */
  public String place() {
    return training
        .map(ResourceProfile::executorResourcesJMap)
        .filter(requests -> requests.containsKey("cores"))
        .map(
            requests ->
                "an executor that trains: %d cores, %d MiB and one GPU of one worker"
                    .formatted(
                        requests.get("cores").amount(),
                        requests.get("memory").amount() + requests.get("memoryOverhead").amount()))
        .orElse("its turn to train");
  }

  /** What was chosen and why, for the operator. */
  public String sentence() {
    return sentence;
  }
}
