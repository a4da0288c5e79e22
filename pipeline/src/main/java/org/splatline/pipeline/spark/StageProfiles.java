package org.splatline.pipeline.spark;

import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.sql.SparkSession;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.SfmExecutor;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.config.TrainExecutor;

/**
 * Which executors each kind of task runs on, and how many tasks of a kind run at a time. Only this
 * class knows which resource profiles each kind of master allows. Each profile is made once per
 * application, because Spark matches executors by the profile's number; COLMAP's may be made once
 * more, with the most memory. {@link ExecutorKind#DEFAULT} is Spark's default profile: small
 * executors, without a GPU, on which commits never wait for COLMAP.
 *
 * <ul>
 *   <li>A local master has no executors and no profiles. COLMAP and training share the machine: one
 *       limit holds for both together, unless trainings have GPUs, which then limit their number.
 *   <li>With dynamic allocation (YARN, Kubernetes, standalone, local-cluster) there are full
 *       profiles. Their executors are started when a scene needs them.
 *   <li>Without dynamic allocation Spark allows task requests only: executors that were started
 *       with a GPU hold it through the other stages too. COLMAP leaves a core of each executor
 *       free.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class StageProfiles {
  private static final String GPU = "gpu";
  private static final String GPU_VENDOR = "nvidia.com"; // Kubernetes asks for it
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long LEAST_SFM = 14 * GIB; // a photograph of 50 megapixels on one thread

  private final SfmExecutor sfmExecutor;
  private final LongFunction<ResourceProfile> makeSfm; // of bytes outside the heap; null: none
  private final ResourceProfile training; // null: none
  private final int trainings; // at a time
  private final boolean sharesOneMachine;
  private final String sentence;
  private ResourceProfile sfm; // null: not made yet
  private long sfmBytes; // outside the heap of an executor of that profile

  private StageProfiles(
      SfmExecutor sfmExecutor,
      LongFunction<ResourceProfile> makeSfm,
      ResourceProfile training,
      int trainings,
      boolean sharesOneMachine,
      String sentence) {
    this.sfmExecutor = sfmExecutor;
    this.makeSfm = makeSfm;
    this.training = training;
    this.trainings = trainings;
    this.sharesOneMachine = sharesOneMachine;
    this.sentence = sentence;
  }

  /** The profiles of a session's application. Call it once per application. */
  public static StageProfiles of(SparkSession spark, PipelineConfig config) {
    return of(
        spark.sparkContext().getConf(),
        config.spark(),
        config.train().gpu(),
        config.train().train().backend());
  }

  /**
   * @param conf of the application
   * @param backend {@code auto}, {@code cpu} or {@code cuda}
   */
  static StageProfiles of(SparkConf conf, SparkConfig config, GpuConfig gpu, String backend) {
    String master = conf.get("spark.master", "local[*]");
    if (LocalMaster.is(master)) {
      return local(master, config, gpu, backend);
    }
    int cores = conf.getInt("spark.executor.cores", 1);
    int trainers = gpu.trainersPerDevice();
    boolean dynamic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    SfmExecutor sfm = config.sfmExecutor();
    LongFunction<ResourceProfile> makeSfm =
        dynamic ? bytes -> full(sfm, bytes) : bytes -> taskOnly(sfm, cores);
    ResourceProfile training = null;
    String sentence;
    if (config.trainExecutor().gpus() == 0) {
      sentence = "Training runs on any executor: spark.train-executor.gpus is 0";
    } else if (dynamic) {
      training = full(config.trainExecutor(), trainers);
      sentence =
          "Training runs on executors of its own, with one GPU and %d cores each and %d trainers at a time, COLMAP on executors of its own with %d cores each. They start when a scene needs them, because dynamic allocation is on (%s)"
              .formatted(config.trainExecutor().cores(), trainers, sfm.cores(), master);
    } else if (conf.getInt("spark.executor.resource.gpu.amount", 0) == 0) {
      sentence =
          "Training runs on any executor, without a GPU from Spark: dynamic allocation is off and"
              + " spark.executor.resource.gpu.amount is not set";
    } else {
      training = build(task(Math.max(1, cores / trainers)).resource(GPU, 1.0 / trainers));
      sentence =
          "A training task asks for 1/%d GPU. Dynamic allocation is off, so executors hold their GPUs through ingest and structure from motion too: switch it on to free them"
              .formatted(trainers);
    }
    return new StageProfiles(sfm, makeSfm, training, config.parallelScenes(), false, sentence);
  }

  private static StageProfiles local(
      String master, SparkConfig config, GpuConfig gpu, String backend) {
    int trainers = gpu.trainersPerDevice();
    int devices = backend.equals("cpu") ? 0 : CudaDevice.visible() - gpu.device();
    boolean onCpu = devices <= 0;
    return new StageProfiles(
        config.sfmExecutor(),
        null,
        null,
        onCpu ? config.parallelScenes() : Math.min(config.parallelScenes(), devices * trainers),
        onCpu,
        onCpu
            ? "All stages run in this JVM (%s), on the CPU".formatted(master)
            : "All stages run in this JVM (%s): %d GPUs, %d trainings at a time on each"
                .formatted(master, devices, trainers));
  }

  private static ResourceProfile full(SfmExecutor executor, long overhead) {
    ExecutorResourceRequests executors =
        new ExecutorResourceRequests()
            .cores(executor.cores())
            .memory(mebibytes(executor.memory()))
            .memoryOverhead(mebibytes(overhead));
    return build(executors, task(executor.cores()));
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
            .memory(mebibytes(executor.memory()))
            .memoryOverhead(mebibytes(executor.overhead()))
            .resource(GPU, executor.gpus(), executor.discoveryScript(), GPU_VENDOR);
    return build(executors, task(executor.cores() / trainers).resource(GPU, 1.0 / trainers));
  }

  /** One core of each executor stays free for commits and for small tasks. */
  private static ResourceProfile taskOnly(SfmExecutor executor, int cores) {
    return build(task(Math.max(1, Math.min(executor.cores(), cores - 1))));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + "m";
  }

  private static TaskResourceRequests task(int cores) {
    return new TaskResourceRequests().cpus(cores);
  }

  private static ResourceProfile build(TaskResourceRequests task) {
    return new ResourceProfileBuilder().require(task).build();
  }

  private static ResourceProfile build(
      ExecutorResourceRequests executors, TaskResourceRequests task) {
    return new ResourceProfileBuilder().require(executors).require(task).build();
  }

  /** The profile of a kind of task; empty: Spark's default. */
  public synchronized Optional<ResourceProfile> of(ExecutorKind kind) {
    return switch (kind) {
      case DEFAULT -> Optional.empty();
      case SFM -> {
        makeSfm(0);
        yield Optional.ofNullable(sfm);
      }
      case TRAIN -> Optional.ofNullable(training);
    };
  }

  /**
   * The most threads that COLMAP may use for a scene, by the memory of its executors. Unless {@code
   * spark.sfm-executor.overhead} names that memory, it is what the first scene needs on all cores,
   * at least 14 GiB and at most {@code spark.sfm-executor.max-overhead}. A scene of larger
   * photographs gets fewer threads. When not even one has enough, this scene and those after it get
   * executors with the most memory.
   *
   * @param sceneId for messages
   * @param bytesPerThread that COLMAP needs for the scene's photographs, above 0
   * @throws SceneException OUT_OF_MEMORY when one thread needs more than executors may have
   */
  public synchronized int sfmThreads(String sceneId, long bytesPerThread) {
    makeSfm(bytesPerThread);
    if (sfm == null || sfm.executorResourcesJMap().isEmpty()) {
      return Integer.MAX_VALUE;
    }
    boolean isNamed = sfmExecutor.overhead() > 0;
    long most = isNamed ? sfmBytes : sfmExecutor.maxOverhead();
    if (bytesPerThread > most) {
      throw new SceneException(
          Verdict.OUT_OF_MEMORY,
          "Cannot reconstruct scene %s: COLMAP needs %d MiB for one thread on its largest photograph, and its executors have at most %d MiB. Raise spark.sfm-executor.%s"
              .formatted(
                  sceneId,
                  (bytesPerThread + MIB - 1) / MIB,
                  most / MIB,
                  isNamed ? "overhead" : "max-overhead"));
    }
    if (bytesPerThread > sfmBytes) {
      sfmBytes = most;
      sfm = makeSfm.apply(sfmBytes);
    }
    return (int) Math.min(sfmExecutor.cores(), sfmBytes / bytesPerThread);
  }

  private void makeSfm(long bytesPerThread) {
    if (sfm != null || makeSfm == null) {
      return;
    }
    long needed = (bytesPerThread * sfmExecutor.cores() + GIB - 1) / GIB * GIB;
    sfmBytes =
        sfmExecutor.overhead() > 0
            ? sfmExecutor.overhead()
            : Math.min(sfmExecutor.maxOverhead(), Math.max(LEAST_SFM, needed));
    sfm = makeSfm.apply(sfmBytes);
  }

  /** Whether Spark gives GPUs to trainings, and none to COLMAP. */
  public boolean hasGpuExecutors() {
    return training != null;
  }

  /** How many trainings may run at a time. The other kinds' limit is spark.parallel-scenes. */
  public int trainings() {
    return trainings;
  }

  /** Whether COLMAP and training take the same cores, so that one limit must hold for both. */
  public boolean sharesOneMachine() {
    return sharesOneMachine;
  }

  /** What a task of this kind waits for, and what the cluster must have free for it. */
  public synchronized String place(ExecutorKind kind) {
    ResourceProfile profile =
        switch (kind) {
          case DEFAULT -> null;
          case SFM -> sfm;
          case TRAIN -> training;
        };
    if (profile == null || !profile.executorResourcesJMap().containsKey("cores")) {
      return "its turn";
    }
    var requests = profile.executorResourcesJMap();
    return "an executor of %d cores, %d MiB%s"
        .formatted(
            requests.get("cores").amount(),
            requests.get("memory").amount() + requests.get("memoryOverhead").amount(),
            kind == ExecutorKind.TRAIN ? " and one GPU of one worker" : " of one worker");
  }

  /** The choice and its reason, for the operator. */
  public String sentence() {
    return sentence;
  }
}
