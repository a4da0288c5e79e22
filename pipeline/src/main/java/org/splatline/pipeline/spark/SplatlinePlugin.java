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
import org.splatline.pipeline.progress.SceneBeat;

/**
 * What Splatline adds to Spark's JVMs. Both parts make or share the JVM's {@link SparkJvm}. The
 * driver's part receives the progress of scenes. The executor's part checks the GPU at the start,
 * reports its use to Spark's metrics, watches for notices that the machine will be taken away, and
 * ends the executor when CUDA's context is lost, so that the next try gets a new one.
 */
public final class SplatlinePlugin implements SparkPlugin {
  /** Exit code of an executor that lost the GPU's context by a CUDA error. */
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
    private SparkJvm jvm;

    /** Returns the settings that go to each executor. */
    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      jvm = SparkJvm.current();
      Map<String, String> settings = new LinkedHashMap<>();
      for (String key : new String[] {BACKEND, NOTICE_FILE, NOTICE_URL, NOTICE_EVERY_MILLIS}) {
        settings.put(key, context.conf().get(key, ""));
      }
      return settings;
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof SceneBeat beat) {
        jvm.progress().show(beat);
        return null;
      }
      throw new IllegalArgumentException("Unknown message: " + message);
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    private SparkJvm jvm;
    private NoticeWatch notice;
    private boolean isDriver;

    @Override
    public void init(PluginContext context, Map<String, String> settings) {
      jvm = SparkJvm.current(); // with a local master the driver's part has made it
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
      jvm.host().connect(context, notice);
      gauge(context, "deviceBytes", CudaBackend::processBytes);
      gauge(context, "trainings", () -> (long) jvm.gpuClock().busyTasks());
      gauge(context, "busyShare", () -> jvm.gpuClock().busyShare());
    }

    /**
     * Checks driver, device, architecture and kernels of the GPU that Spark gave this executor, so
     * that a fault shows now and not with the first scene.
     */
    private void checkDevice(PluginContext context, String backend) {
      var gpu = context.resources().get("gpu");
      if (gpu == null || gpu.addresses().length == 0 || backend.equals("cpu")) {
        return;
      }
      jvm.gpuClock().hold();
      if (backend.equals("cuda")) {
        CudaDevice device = CudaDevice.find(TaskDevice.ordinal(gpu.addresses()[0]));
        LOG.info(
            "GPU {}: {}, {}, compute capability {}, driver for CUDA {}",
            device.ordinal(),
            device.name(),
            device.uuid(),
            device.capabilityText(),
            device.cudaVersionText());
      }
    }

    private static <T> void gauge(PluginContext context, String name, Gauge<T> gauge) {
      context.metricRegistry().register(name, gauge);
    }

    /**
     * Ends an executor whose CUDA context is lost. With a local master the JVM is the driver's and
     * continues; its next trainings fail too.
     */
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
      if (jvm == null) {
        return; // init failed
      }
      if (notice != null) {
        notice.close();
      }
      jvm.gpuClock().report().ifPresent(line -> LOG.info("{}", line));
      jvm.host().disconnect();
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
