package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.gaussian.GaussianState;

/** Renders and trains on an NVIDIA GPU. */
public final class CudaBackend implements SplatBackend {
  private final CudaDevice device;
  private final MemoryAccount account = new MemoryAccount();
  private final CudaContext context;
  private final CudaModule module;
  private final boolean debugSync;

  /** On the device's ordinal; throws {@link CudaUnavailableException}, which says why. */
  public CudaBackend(int ordinal) {
    this(ordinal, Boolean.getBoolean("splatline.gpu.debug-sync"));
  }

  private CudaBackend(int ordinal, boolean debugSync) {
    this.debugSync = debugSync;
    device = CudaDevice.find(ordinal);
    context = new CudaContext(device);
    try {
      module = new CudaModule(device.name());
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String device() {
    return device.name();
  }

  /** What the driver says of the device. */
  public CudaDevice description() {
    return device;
  }

  @Override
  public SplatModel load(GaussianState state) {
    return model(state);
  }

  CudaModel model(GaussianState state) {
    context.use();
    return new CudaModel(context, module, account, debugSync, state);
  }

  CudaModule module() {
    return module;
  }

  /** Bytes its models hold on the device. */
  public long liveBytes() {
    return account.liveBytes();
  }

  @Override
  public void close() {
    context.use();
    module.close();
    context.close();
  }
}
