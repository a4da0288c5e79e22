package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;

/**
 * A point in a stream's work that others can wait for. Before it is recorded, waiting returns at
 * once.
 */
public final class DeviceEvent implements AutoCloseable {
  private final CUevent event = new CUevent();
  private boolean closed;

  public DeviceEvent() {
    cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  /** Sets the point to the end of the work that {@code stream} has now. */
  public void record(DeviceStream stream) {
    cuEventRecord(event, stream.handle());
  }

  /** Makes work that is launched on {@code stream} from now on start after the point. */
  public void holdBack(DeviceStream stream) {
    cuStreamWaitEvent(stream.handle(), event, 0);
  }

  /** Waits until the device has reached the point. */
  public void await() {
    cuEventSynchronize(event);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cuEventDestroy(event);
    }
  }
}
