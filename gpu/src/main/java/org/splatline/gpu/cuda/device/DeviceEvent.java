package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;

/** A point in a stream's work that others wait for; before it is recorded nobody waits. */
public final class DeviceEvent implements AutoCloseable {
  private final CUevent event = new CUevent();
  private boolean closed;

  public DeviceEvent() {
    cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  /** The point is where the stream's work ends now. */
  public void record(DeviceStream stream) {
    cuEventRecord(event, stream.handle());
  }

  /** What is launched on {@code stream} from here on starts after the point. */
  public void holdBack(DeviceStream stream) {
    cuStreamWaitEvent(stream.handle(), event, 0);
  }

  /** The host waits for the point. */
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
