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
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.TrainExecutor;

/**
 * Which executors each stage runs on. Only this class knows which resource profiles each kind of
 * master allows. Training has a profile of its own; it is made once per application, because Spark
 * matches executors by the profile's number. The other stages run under Spark's default profile,
 * which holds no GPU.
 *
 * <ul>
 *   <li>A local master has no executors: there is no profile, and the visible devices limit the
 *       number of trainings.
 *   <li>With dynamic allocation (YARN, Kubernetes, standalone, local-cluster) there is a full
 *       profile. Its executors are started when a scene is ready to train.
 *   <li>Without dynamic allocation Spark allows task requests only: executors that were started
 *       with a GPU hold it through the other stages too.
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

  /** The profiles of a session's application. Call it once per application. */
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
          "Training runs on executors of its own, with one GPU and %d cores each and %d trainers at a time. They start when a scene is ready to train, because dynamic allocation is on (%s)"
              .formatted(executor.cores(), trainers, master));
    }
    if (conf.getInt("spark.executor.resource.gpu.amount", 0) == 0) {
      return without(
          "Training runs on any executor, without a GPU from Spark: dynamic allocation is off and"
              + " spark.executor.resource.gpu.amount is not set");
    }
    return new StageProfiles(
        Optional.of(taskOnly(conf, trainers)),
        Integer.MAX_VALUE,
        "A training task asks for 1/%d GPU. Dynamic allocation is off, so executors hold their GPUs through ingest and structure from motion too: switch it on to free them"
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
      case TRAIN, EVALUATE -> training;
    };
  }

  /** How many trainings may run at the same time, where no profile limits it. */
  public int trainSlots() {
    return trainSlots;
  }

  /** What a training waits for, and what the cluster must have free for it. */
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

  /** The choice and its reason, for the operator. */
  public String sentence() {
    return sentence;
  }
}
