package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUevent;

/** Measures each launch's time on the device between two CUDA events, and sums it up by kernel. */
final class KernelTimer implements AutoCloseable {
  private final List<String> names = new ArrayList<>();
  private final List<CUevent> events = new ArrayList<>(); // two per launch

  void before(DeviceStream stream, String name) {
    names.add(name);
    record(stream);
  }

  void after(DeviceStream stream) {
    record(stream);
  }

  private void record(DeviceStream stream) {
    CUevent event = new CUevent();
    cuEventCreate(event, 0);
    cuEventRecord(event, stream.handle());
    events.add(event);
  }

  /** Milliseconds by kernel, for all its launches together. The stream must be idle. */
  Map<String, Double> milliseconds() {
    Map<String, Double> sums = new LinkedHashMap<>();
    float[] elapsed = new float[1];
    for (int i = 0; i < names.size(); i++) {
      cuEventElapsedTime(elapsed, events.get(2 * i), events.get(2 * i + 1));
      sums.merge(names.get(i), (double) elapsed[0], Double::sum);
    }
    return sums;
  }

  @Override
  public void close() {
    events.forEach(event -> cuEventDestroy(event));
    events.clear();
    names.clear();
  }
}
