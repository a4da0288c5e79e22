package org.splatline.gpu.cuda;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.match.Matcher;

/** Renders and trains on an NVIDIA GPU. */
public final class CudaBackend implements SplatBackend {
  private static final Logger LOG = LoggerFactory.getLogger(CudaBackend.class);

  private final CudaDevice device;
  private final MemoryAccount account;
  private final CudaContext context;
  private final CudaModule module;
  private final GpuConfig config;

  /**
   * Opens the configured device. Throws {@link CudaUnavailableException}, which gives the reason,
   * if it cannot be used.
   */
  public CudaBackend(GpuConfig config) {
    this.config = config;
    account = config.maxMemory() > 0 ? new MemoryAccount(config.maxMemory()) : new MemoryAccount();
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

  @Override
  public SplatModel load(TrainingState state) {
    return model(state);
  }

  CudaModel model(TrainingState state) {
    long pictureRoom = config.pictures() == GpuConfig.Pictures.STREAMED ? -1 : Long.MAX_VALUE;
    return model(
        state, new CudaModel.Placement(true, pictureRoom, Precision.FLOAT, config.debugSync()));
  }

  CudaModel model(TrainingState state, CudaModel.Placement placement) {
    context.use();
    return new CudaModel(context, module, account, placement, state);
  }

  @Override
  public SplatModel load(TrainingState state, TrainingLoad load) {
    MemoryPlan plan = plan(state.size(), load);
    LOG.debug("{}", plan);
    plan.refusal()
        .ifPresent(
            reason -> {
              throw new DeviceMemoryException(reason);
            });
    long pictureRoom =
        switch (config.pictures()) {
          case AUTO -> plan.pictureRoom();
          case RESIDENT -> Long.MAX_VALUE;
          case STREAMED -> -1;
        };
    return model(
        state,
        new CudaModel.Placement(plan.spare(), pictureRoom, load.precision(), config.debugSync()));
  }

  private MemoryPlan plan(int gaussians, TrainingLoad load) {
    MemoryPlan.Budget budget = MemoryPlan.Budget.of(config, freeBytes(), device.memoryBytes());
    return MemoryPlan.of(MemoryPlan.Demand.of(gaussians, load), budget, config.pictures());
  }

  @Override
  public int maxGaussians(int gaussians, TrainingLoad load) {
    MemoryPlan plan = plan(gaussians, load);
    if (plan.refusal().isPresent()) {
      return load.maxGaussians(); // load refuses to start it
    }
    int fitting = Math.min(load.maxGaussians(), plan.fittingGaussians());
    if (fitting < load.maxGaussians()) {
      LOG.info(
          "densify.max-gaussians is lowered from {} to {}: {} Gaussians would need {}, but {}"
              + " allows only {}",
          load.maxGaussians(),
          fitting,
          load.maxGaussians(),
          Bytes.text(plan.bytes(load.maxGaussians())),
          plan.budget().key(),
          Bytes.text(plan.budget().bytes()));
    }
    return fitting;
  }

  @Override
  public Clusterer clusterer() {
    return new CudaClusterer(context, module, account, config.debugSync());
  }

  /** Matches photographs on this device; usable until the backend is closed. */
  public Matcher matcher() {
    return new CudaMatcher(context, module, account, config.debugSync());
  }

  /** Finds features on this device; usable until the backend is closed. The caller closes it. */
  public CudaFeatureExtractor featureExtractor() {
    return new CudaFeatureExtractor(context, module, account, config.debugSync());
  }

  CudaModule module() {
    return module;
  }

  /** Measures how fast the device copies its own memory, in bytes read and written per second. */
  double copyBytesPerSecond() {
    return CopyBandwidth.measure(account, freeBytes());
  }

  /** Bytes free on the device. */
  long freeBytes() {
    context.use();
    return context.freeBytes();
  }

  /** Bytes that the models of this backend hold on the device. */
  long liveBytes() {
    return account.liveBytes();
  }

  /**
   * Bytes that all models of this process hold on devices, without the contexts; 0 if no device was
   * used. Any thread may call this, such as one that reports metrics. It does not call the driver.
   */
  public static long processBytes() {
    return MemoryAccount.processBytes();
  }

  @Override
  public void close() {
    context.use();
    module.close();
    context.close();
  }
}
