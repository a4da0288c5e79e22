package org.splatline.pipeline.spark;

import com.codahale.metrics.Gauge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaErrors;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.SceneBeat;

/**
 * What Splatline adds to Spark's JVMs. On the driver: takes the beats of scenes in work. On
 * executors: checks the GPU at the start, tells Spark's metrics how it is used, watches for the
 * machine's end, and ends the executor when CUDA's context is lost, so that the next try gets a
 * clean one.
 */
public final class SplatlinePlugin implements SparkPlugin {
  /** An executor ends with this when a CUDA error has cost it the GPU's context. */
  static final int GPU_LOST = 20;

  private static final Logger LOG = LoggerFactory.getLogger(SplatlinePlugin.class);

  private static final String PREFIX = "spark.splatline.";

  /** {@code auto}, {@code cpu} or {@code cuda}. */
  static final String BACKEND = PREFIX + "backend";

  static final String NOTICE_FILE = PREFIX + "notice.file";
  static final String NOTICE_URL = PREFIX + "notice.url";
  static final String NOTICE_EVERY_MILLIS = PREFIX + "notice.every-millis";

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static final class OnDriver implements DriverPlugin {
    /** What is returned goes to each executor. */
    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      Map<String, String> settings = new LinkedHashMap<>();
      for (String key : new String[] {BACKEND, NOTICE_FILE, NOTICE_URL, NOTICE_EVERY_MILLIS}) {
        settings.put(key, context.conf().get(key, ""));
      }
      return settings;
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof SceneBeat beat) {
        ProgressBoard.show(beat);
        return null;
      }
      if (message instanceof UpcomingScenes.Question question) {
        return UpcomingScenes.answer(question);
      }
      throw new IllegalArgumentException("Unknown message: " + message);
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    private NoticeWatch notice;
    private boolean isDriver;

    @Override
    public void init(PluginContext context, Map<String, String> settings) {
      isDriver = "driver".equals(context.executorID());
      if (!isDriver) {
        checkDevice(context, settings.getOrDefault(BACKEND, ""));
      }
      notice =
          new NoticeWatch(
              path(settings.get(NOTICE_FILE)),
              text(settings.get(NOTICE_URL)),
              Duration.ofMillis(millis(settings.get(NOTICE_EVERY_MILLIS))));
      notice.start();
      TaskHost.attach(context, notice);
      gauge(context, "deviceBytes", CudaBackend::processBytes);
      gauge(context, "trainings", () -> (long) GpuClock.PROCESS.busyTasks());
      gauge(context, "busyShare", GpuClock.PROCESS::busyShare);
    }

    /**
     * Driver, device, architecture and kernels of the GPU that Spark gave this executor: what is
     * wrong with them is said now, not by the first scene.
     */
    private static void checkDevice(PluginContext context, String backend) {
      var gpu = context.resources().get("gpu");
      if (gpu == null || gpu.addresses().length == 0 || backend.equals("cpu")) {
        return;
      }
      GpuClock.PROCESS.hold();
      if (backend.equals("cuda")) {
        CudaDevice device = CudaDevice.find(TaskDevice.ordinal(gpu.addresses()[0]));
        LOG.info(
            "GPU {}: {}, compute capability {}, driver for CUDA {}",
            device.ordinal(),
            device.name(),
            device.capabilityText(),
            device.cudaVersionText());
      }
    }

    private static <T> void gauge(PluginContext context, String name, Gauge<T> gauge) {
      context.metricRegistry().register(name, gauge);
    }

    /** With a local master the JVM is the driver's and goes on; its next trainings fail alike. */
    @Override
    public void onTaskFailed(TaskFailedReason reason) {
      if (isDriver || !(reason instanceof ExceptionFailure failure)) {
        return;
      }
      if (failure.exception().isDefined() && CudaErrors.isFatal(failure.exception().get())) {
        LOG.error(
            "The GPU's context is lost: this executor ends with {}",
            GPU_LOST,
            failure.exception().get());
        Runtime.getRuntime().halt(GPU_LOST); // hooks may hang in the broken driver
      }
    }

    @Override
    public void shutdown() {
      if (notice != null) {
        notice.close();
      }
      GpuClock.PROCESS.report().ifPresent(line -> LOG.info("{}", line));
      TaskHost.detach();
    }

    private static String text(String setting) {
      return setting == null || setting.isBlank() ? null : setting;
    }

    private static Path path(String setting) {
      return text(setting) == null ? null : Path.of(setting);
    }

    private static long millis(String setting) {
      return text(setting) == null ? 2000 : Long.parseLong(setting);
    }
  }
}
