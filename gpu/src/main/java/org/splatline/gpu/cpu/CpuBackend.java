package org.splatline.gpu.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.gaussian.TrainingState;

/**
 * The reference backend: plain loops over 16x16 tiles on the host's cores, in float32. It defines
 * what each operation means, other backends are tested against it, and it trains where there is no
 * GPU.
 */
public final class CpuBackend implements SplatBackend {
  private final Workers workers;

  /** Starts this number of threads; 0: one per core. */
  public CpuBackend(int threads) {
    workers = new Workers(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String device() {
    return "%s, %d threads".formatted(processor(), workers.threads());
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // no /proc: not Linux
    }
  }

  @Override
  public SplatModel load(TrainingState state) {
    return new CpuModel(workers, state);
  }

  @Override
  public void close() {
    workers.close();
  }
}
