package org.splatline.gpu.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;

/**
 * Opens backends by name. It is the only class that knows all of them; code below takes an open
 * {@link SplatBackend}.
 */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private Backends() {}

  /**
   * Opens a backend. The caller closes it.
   *
   * @param name {@code cpu}, {@code cuda}, or {@code auto}: CUDA if there is a GPU, else the CPU
   * @param threads of the CPU backend; 0 for all cores
   * @param gpu settings of the CUDA backend
   * @throws CudaUnavailableException with {@code cuda}, if no GPU can be used
   */
  public static SplatBackend open(String name, int threads, GpuConfig gpu) {
    return switch (name) {
      case "cpu" -> new CpuBackend(threads);
      case "cuda" -> new CudaBackend(gpu);
      case "auto" -> automatic(threads, gpu);
      default ->
          throw new IllegalArgumentException(
              "Invalid backend: %s is not auto, cpu or cuda".formatted(name));
    };
  }

  /**
   * Where features are found and matched.
   *
   * @param name {@code cuda}, or {@code cpu}, which is slow and finds the same
   */
  static GpuMatchers matchers(String name, GpuConfig gpu) {
    return switch (name) {
      case "cpu" -> new CpuMatchers();
      case "cuda" -> matchers(gpu);
      default ->
          throw new IllegalArgumentException(
              "Invalid backend: %s is not cuda or cpu".formatted(name));
    };
  }

  private record CpuMatchers() implements GpuMatchers {
    @Override
    public Optional<String> absence() {
      return Optional.empty();
    }

    @Override
    public Matcher open() {
      return new CpuMatcher();
    }

    @Override
    public FeatureExtractor openExtractor() {
      return new CpuFeatureExtractor();
    }
  }

  /** Where structure from motion gets the GPU of this configuration. */
  public static GpuMatchers matchers(GpuConfig gpu) {
    return new CudaMatchers(gpu);
  }

  private record CudaMatchers(GpuConfig gpu) implements GpuMatchers {
    @Override
    public Optional<String> absence() {
      try {
        CudaDevice.find(gpu.device());
        return Optional.empty();
      } catch (CudaUnavailableException e) {
        return Optional.of(e.getMessage());
      }
    }

    @Override
    public Matcher open() {
      CudaBackend backend = new CudaBackend(gpu);
      Matcher matcher = part(backend, CudaBackend::matcher);
      return new Matcher() {
        @Override
        public void match(DescriptorSource source, List<PhotographPair> pairs, Receiver receiver) {
          matcher.match(source, pairs, receiver);
        }

        @Override
        public void close() {
          backend.close();
        }
      };
    }

    @Override
    public FeatureExtractor openExtractor() {
      CudaBackend backend = new CudaBackend(gpu);
      FeatureExtractor extractor = part(backend, CudaBackend::featureExtractor);
      return new FeatureExtractor() {
        @Override
        public Features extract(GreyPicture picture, int most) {
          return extractor.extract(picture, most);
        }

        @Override
        public void close() {
          try {
            extractor.close();
          } finally {
            backend.close();
          }
        }
      };
    }
  }

  /** A part of a backend, which is closed if the part can't be made. */
  private static <T> T part(CudaBackend backend, Function<CudaBackend, T> make) {
    try {
      return make.apply(backend);
    } catch (RuntimeException | LinkageError e) {
      backend.close();
      throw e;
    }
  }

  private static SplatBackend automatic(int threads, GpuConfig gpu) {
    try {
      return new CudaBackend(gpu);
    } catch (CudaUnavailableException e) {
      LOG.info("{}: training on the CPU", e.getMessage());
      return new CpuBackend(threads);
    }
  }
}
