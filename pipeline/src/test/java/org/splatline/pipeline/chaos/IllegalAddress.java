package org.splatline.pipeline.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.kernel.GeometryPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;

/**
 * A plug-in of Spark that makes a kernel of an executor write to an address that nobody has, while
 * the executor trains: a fatal error of CUDA. It waits for a file that holds the address of the
 * executor's GPU, and deletes it, so that only one executor does it. bin/two-gpus writes the file.
 */
public final class IllegalAddress implements SparkPlugin {
  /** The file. */
  private static final String FILE = "spark.chaos.illegal-address";

  private static final Logger LOG = LoggerFactory.getLogger(IllegalAddress.class);
  private static final int EVERY_MILLIS = 50;
  private static final int GPU_LOST = 20;

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext spark, PluginContext context) {
        return Map.of(FILE, context.conf().get(FILE));
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        var gpu = context.resources().get("gpu");
        if (gpu != null) {
          Path file = Path.of(settings.get(FILE));
          Thread thread = new Thread(() -> awaitFile(file, gpu.addresses()[0]), "illegal-address");
          thread.setDaemon(true);
          thread.start();
        }
      }
    };
  }

  private static void awaitFile(Path file, String address) {
    try {
      while (!Files.exists(file) || !Files.readString(file).equals(address)) {
        Thread.sleep(EVERY_MILLIS);
      }
      Files.delete(file);
      write(Integer.parseInt(address));
    } catch (IOException | InterruptedException | RuntimeException e) {
      LOG.warn("GPU {}: this plug-in's kernel, or what it waits for, failed", address, e);
    }
  }

  private static void write(int ordinal) {
    if (CudaDevice.visible() == 0) {
      LOG.warn("There is no GPU to lose: this executor ends as one that loses it does");
      Runtime.getRuntime().halt(GPU_LOST);
    }
    CudaDevice device = CudaDevice.find(ordinal);
    DevicePointer nobodys = () -> 1L << 20;
    // Nothing is closed: the executor's end is what is tested.
    new CudaContext(device);
    Kernels kernels = new Kernels(new CudaModule(device.name()), Precision.FLOAT);
    DeviceStream stream = DeviceStream.independent(false);
    kernels.resetOpacities.launch(
        stream, Grid.blocks(1), 1, 0, new GeometryPointers(nobodys, nobodys, nobodys));
    stream.synchronize();
    throw new IllegalStateException("the illegal address was written without an error");
  }
}
