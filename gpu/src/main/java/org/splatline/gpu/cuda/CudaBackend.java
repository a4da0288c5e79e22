package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.gaussian.GaussianState;

/** Renders and trains on an NVIDIA GPU. */
public final class CudaBackend implements SplatBackend {
  private final CudaDevice device;
  private final MemoryAccount account = new MemoryAccount();
  private final CudaContext context;
  private final CudaModule module;
  private final GpuConfig config;

  /** On the device configured; throws {@link CudaUnavailableException}, which says why. */
  public CudaBackend(GpuConfig config) {
    this.config = config;
    device = CudaDevice.find(config.device());
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
    return new CudaModel(context, module, account, config.debugSync(), state);
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
